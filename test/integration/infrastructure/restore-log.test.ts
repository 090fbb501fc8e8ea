import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
  it('is of the backup alone, and has every signer paused', async () => {
    inDatabase((open) => {
      open.prepare('INSERT INTO chains (chain_id, genesis_hash) VALUES (?, ?)').run(CHAIN, block(0).hash);
      const insert = open.prepare('INSERT INTO signers (chain_id, address, version) VALUES (?, ?, 0)');
      for (let n = 0; n < 4; n++) insert.run(CHAIN, `0x${String(n).repeat(40)}`);
    });
    await admin(folder, ['backup', file]);
    loseAllButTheLog();
    await admin(folder, ['restore', file]);
    const found = inDatabase((open) => ({
      whole: open.pragma('integrity_check', { simple: true }),
      lost: open.prepare('SELECT name FROM leases').all(),
      unpaused: open.prepare('SELECT address FROM signers WHERE paused_at IS NULL').all(),
    }));
    expect(found).toEqual({ whole: 'ok', lost: [], unpaused: [] });
  });
});
