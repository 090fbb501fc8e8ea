import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  noteBackup,
  openCopy,
  proveSnapshot,
  writeSnapshot,
  type BackupNote,
} from '../../adapters/outbound/sql/backup/snapshot.ts';
import { SqlDataKeys } from '../../adapters/outbound/sql/data-keys.ts';
import { LocalFieldCipher } from '../../adapters/outbound/crypto/local-field-cipher.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { syncFolder } from '../embedded/write-atomically.ts';
import type { OpenDatabase } from '../server/open-database.ts';
import { StartRefused } from '../server/start-refused.ts';

export interface FieldKeys {
  readonly current: Uint8Array;
  readonly old: readonly Uint8Array[];
}

export interface WrittenBackup extends BackupNote {
  readonly bytes: number;
}

/**
 * A copy of the record as it was at one moment, proven to be whole and to open with the present keys before it has its name. Beside a server that
 * goes on writing; meanwhile its write-ahead log grows by what it writes.
 * @param file absolute; not there yet
 * @throws {StartRefused} it is there already, or cannot be written
 */
export async function writeBackup(
  { knex, dialect }: OpenDatabase,
  file: string,
  keys: FieldKeys,
  clock: Clock,
): Promise<WrittenBackup> {
  if (existsSync(file)) throw new StartRefused(`${file} is there already, and a backup overwrites nothing.`);
  const staged = `${file}.${process.pid}.part`;
  try {
    closeSync(openSync(staged, 'wx', 0o600));
    const takenAt = clock.now();
    await writeSnapshot(knex, staged);
    const copy = openCopy(staged);
    let note: BackupNote;
    try {
      note = await noteBackup(copy, takenAt);
      const cipher = await LocalFieldCipher.create(new SqlDataKeys(copy, dialect), keys.current, keys.old, clock);
      await proveSnapshot(copy, cipher);
    } finally {
      await copy.destroy();
    }
    sync(staged);
    linkSync(staged, file); // unlike a rename, not in the place of another
    rmSync(staged);
    syncFolder(dirname(file));
    return { ...note, bytes: statSync(file).size };
  } catch (error) {
    rmSync(staged, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartRefused(`No backup was written to ${file}: ${reason}`, { cause: error });
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
