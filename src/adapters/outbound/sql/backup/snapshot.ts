import knex, { type Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { BlockHash, BlockRef, Millis } from '../../../../domain/primitives.ts';
import { revisionPlace } from '../content.ts';

/** What a backup says of itself. */
export interface BackupNote {
  readonly takenAt: Millis;
  /** Up to where it had read its chain; null: it had not begun. */
  readonly cursor: BlockRef | null;
}

/** A copy, which is no database that a server runs on: without a log beside it, so that the one file is all of it. */
export const openCopy = (path: string): Knex =>
  knex({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    compileSqlOnError: false,
    log: { warn: () => undefined, error: () => undefined, deprecate: () => undefined, debug: () => undefined },
    pool: { min: 1, max: 1 },
  });

/**
 * The record of one moment, while others go on writing. Not by copying pages (the online backup API): that begins anew whenever another process
 * writes. What was deleted is not in the copy.
 * @param path an empty file, or none
 */
export async function writeSnapshot(from: Knex, path: string): Promise<void> {
  await from.raw('VACUUM INTO ?', [path]);
}

export async function noteBackup(copy: Knex, takenAt: Millis): Promise<BackupNote> {
  const chain = await copy('chains').first<
    { chain_id: number; cursor_number: number | null; cursor_hash: BlockHash | null } | undefined
  >('chain_id', 'cursor_number', 'cursor_hash');
  const [number, hash] = [chain?.cursor_number ?? null, chain?.cursor_hash ?? null];
  await copy('backups').insert({
    taken_at: takenAt,
    chain_id: chain?.chain_id ?? null,
    cursor_number: number,
    cursor_hash: hash,
  });
  return { takenAt, cursor: number === null || hash === null ? null : { number, hash } };
}

/** Of the newest backup that this is; of a copy that was made otherwise, the time of its last event, or 0. */
export async function takenAt(copy: Knex): Promise<Millis> {
  const note = await copy('backups').orderBy('id', 'desc').first<{ taken_at: number } | undefined>('taken_at');
  const event = await copy('events').orderBy('sequence', 'desc').first<{ at: number } | undefined>('at');
  // A record that went on after a restore has the note of its own past.
  return Math.max(note?.taken_at ?? 0, event?.at ?? 0);
}

/** The file is no longer what was written into it. */
export class DamagedCopy extends Error {
  override readonly name = 'DamagedCopy';
}

/** @throws {DamagedCopy} where the file is damaged, or what it holds cannot be opened */
export async function proveSnapshot(copy: Knex, cipher: FieldCipher): Promise<void> {
  const found = (await copy.raw('PRAGMA integrity_check')) as unknown as { integrity_check: string }[];
  if (found.length !== 1 || found[0]?.integrity_check !== 'ok')
    throw new DamagedCopy(`it is damaged: ${found[0]?.integrity_check ?? 'no answer'}`);
  const newest = await copy('revisions')
    .orderBy('transaction_id', 'desc')
    .first<{ transaction_id: string; number: number; content: Uint8Array } | undefined>();
  if (newest === undefined) return;
  const { transaction_id: id, number, content } = newest;
  try {
    await cipher.open([{ context: revisionPlace('content', id, number), sealed: content }]);
  } catch (cause) {
    throw new DamagedCopy(`it is damaged, or sealed with other keys: the newest transaction in it does not open`, {
      cause,
    });
  }
}
