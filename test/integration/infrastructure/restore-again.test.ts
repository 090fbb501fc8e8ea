import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admin, makeRecord } from '../../support/admin.ts';
import { transactionId } from '../../support/stored.ts';

const EVENT = `INSERT INTO events (transaction_id, at, type, actor) VALUES ('${transactionId(1)}', 1, 'Accepted', 'system')`;
const AUDITED = "INSERT INTO audit (at, actor, action) VALUES (1, 'user:ann', 'close')";

let folder: string;
let file: string;
const database = (): string => join(folder, 'broadcaster.sqlite');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restore-again-'));
  file = join(folder, 'copy.backup');
  await makeRecord(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The next number, as a reader of events names it in `Last-Event-ID`. */
function told(as = EVENT): number {
  const open = new Database(database());
  try {
    return Number(open.prepare(as).run().lastInsertRowid);
  } finally {
    open.close();
  }
}

describe('the numbers of events after a restore', () => {
  it('are above what was told after an earlier restore of the same backup', async () => {
    told();
    await admin(folder, ['backup', file]);
    await admin(folder, ['restore', file]);
    told();
    const heard = told();
    await admin(folder, ['restore', file]);
    expect(told()).toBeGreaterThan(heard);
  });

  it.each([EVENT, AUDITED])('are that also where the database was lost after it, and stay exact: %s', async (as) => {
    await admin(folder, ['backup', file]);
    await admin(folder, ['restore', file]);
    const heard = told(as);
    rmSync(database());
    await admin(folder, ['restore', file]);
    const next = told(as);
    expect(next).toBeGreaterThan(heard);
    expect(next).toBeLessThan(Number.MAX_SAFE_INTEGER / 10);
  });

  it('are above those of the database that is replaced, whatever the clock says', async () => {
    await admin(folder, ['backup', file]);
    const ahead = 4e15;
    const open = new Database(database());
    open.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)").run(ahead);
    open.close();
    await admin(folder, ['restore', file]);
    expect(told()).toBe(ahead + 1);
  });

  it('are above those of a backup that is ahead of the clock', async () => {
    const ahead = 4e15;
    const open = new Database(database());
    open.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)").run(ahead);
    open.close();
    await admin(folder, ['backup', file]);
    rmSync(database());
    await admin(folder, ['restore', file]);
    expect(told()).toBe(ahead + 1_000_000_001);
  });

  it('are above what was told since a backup that had no event yet', async () => {
    await admin(folder, ['backup', file]);
    told();
    const heard = told();
    await admin(folder, ['restore', file]);
    expect(told()).toBeGreaterThan(heard);
  });
});
