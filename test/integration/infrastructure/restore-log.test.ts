import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseHalfRestored } from '../../../src/infrastructure/backup/staged-restore.ts';
import { admin, makeRecord } from '../../support/admin.ts';
import { CHAIN } from '../../support/stored.ts';
import { block } from '../../support/transactions.ts';

let folder: string;
let file: string;
const database = (): string => join(folder, 'broadcaster.sqlite');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restore-log-'));
  file = join(folder, 'copy.backup');
  await makeRecord(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function inDatabase<Answer>(work: (open: Database.Database) => Answer): Answer {
  const open = new Database(database());
  try {
    return work(open);
  } finally {
    open.close();
  }
}

/** What a server that was killed leaves in its log, whose database is lost since. */
function loseAllButTheLog(): void {
  const kept = join(folder, 'kept-log');
  inDatabase((open) => {
    open.pragma('journal_mode = WAL');
    open.pragma('wal_autocheckpoint = 0');
    open.prepare('UPDATE signers SET version = version + 1').run();
    open.prepare("INSERT INTO leases (name, token, expires_at, wanted) VALUES ('of the lost record', 1, 1, 0)").run();
    copyFileSync(`${database()}-wal`, kept);
  });
  for (const name of readdirSync(folder).filter((one) => one.startsWith('broadcaster.sqlite')))
    rmSync(join(folder, name));
  copyFileSync(kept, `${database()}-wal`);
}

describe('a restore beside the log of a database that is gone', () => {
  beforeEach(async () => {
    inDatabase((open) => {
      open.prepare('INSERT INTO chains (chain_id, genesis_hash) VALUES (?, ?)').run(CHAIN, block(0).hash);
      const insert = open.prepare('INSERT INTO signers (chain_id, address, version) VALUES (?, ?, 0)');
      for (let n = 0; n < 4; n++) insert.run(CHAIN, `0x${String(n).repeat(40)}`);
    });
    await admin(folder, ['backup', file]);
    loseAllButTheLog();
  });
  const restored = () =>
    inDatabase((open) => ({
      whole: open.pragma('integrity_check', { simple: true }),
      lost: open.prepare('SELECT name FROM leases').all(),
      unpaused: open.prepare('SELECT address FROM signers WHERE paused_at IS NULL').all(),
    }));
  const AS_THE_BACKUP = { whole: 'ok', lost: [], unpaused: [] };

  it('is of the backup alone, and has every signer paused', async () => {
    const said = await admin(folder, ['restore', file]);
    expect(restored()).toEqual(AS_THE_BACKUP);
    expect(said.join('\n')).toMatch(/What was there is kept: \S+\.old-wal/);
  });

  const cuts: readonly (readonly [where: string, moved: readonly string[]])[] = [
    ['before the log was moved aside', []],
    ['after it', ['-wal']],
  ];
  it.each(cuts)('is that also where an earlier one was cut off %s', async (_, moved) => {
    // The database went aside under the name of that run, and its copy was prepared, with a log of its own.
    copyFileSync(file, `${database()}.restoring`);
    copyFileSync(`${database()}-wal`, `${database()}.restoring-wal`);
    for (const end of moved) renameSync(database() + end, `${database()}.of-that-run.old${end}`);
    await admin(folder, ['restore', file]);
    expect(restored()).toEqual(AS_THE_BACKUP);
    expect(readdirSync(folder).filter((name) => name.includes('.restoring'))).toEqual([]);
  });

  it('lets no server start on none where it is run again and refused', async () => {
    writeFileSync(`${database()}.restoring`, readFileSync(file));
    const letter = join(folder, 'letter');
    writeFileSync(letter, 'no database');
    // A folder cannot even be copied.
    for (const other of [folder, letter]) {
      await expect(admin(folder, ['restore', other])).rejects.toThrow();
      expect(() => refuseHalfRestored({ database: { kind: 'sqlite', path: database() } })).toThrow('was cut off');
    }
  });
});
