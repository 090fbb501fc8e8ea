import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admin, makeRecord } from '../../support/admin.ts';
import { transactionId } from '../../support/stored.ts';

let folder: string;
let file: string;
const database = (): string => join(folder, 'broadcaster.sqlite');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restore-again-'));
  file = join(folder, 'copy.backup');
  await makeRecord(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The next event's number, as its reader names it in `Last-Event-ID`. */
function told(): number {
  const open = new Database(database());
  try {
    const insert = open.prepare(
      "INSERT INTO events (transaction_id, at, type, actor) VALUES (?, 1, 'Accepted', 'system')",
    );
    return Number(insert.run(transactionId(1)).lastInsertRowid);
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

  it('are above what was told since a backup that had no event yet', async () => {
    await admin(folder, ['backup', file]);
    told();
    const heard = told();
    await admin(folder, ['restore', file]);
    expect(told()).toBeGreaterThan(heard);
  });
});
