import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admin, makeRecord } from '../../support/admin.ts';

let folder: string;
const database = (): string => join(folder, 'broadcaster.sqlite');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restore-copy-'));
  await makeRecord(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What stands in the folder of a server that was killed: the database, and what it committed last in the log beside it. */
function copyOfAKilledOne(): string {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  const open = new Database(database());
  try {
    open.pragma('journal_mode = WAL');
    open.pragma('wal_autocheckpoint = 0');
    open.prepare("INSERT INTO audit (at, actor, action) VALUES (1, 'user:ann', 'committed')").run();
    for (const end of ['', '-wal']) copyFileSync(database() + end, join(copy, `broadcaster.sqlite${end}`));
  } finally {
    open.close();
  }
  return join(copy, 'broadcaster.sqlite');
}

describe('a restore of a copy that was made by hand, with its log', () => {
  it('takes what is in the log too, or says that it does not', async () => {
    const said = await admin(folder, ['restore', copyOfAKilledOne()]).then(
      () => 'restored',
      () => 'refused',
    );
    const open = new Database(database());
    const actions = open.prepare('SELECT action FROM audit').pluck().all();
    open.close();
    expect({ said, committed: actions.includes('committed') }).not.toEqual({ said: 'restored', committed: false });
  });

  it('changes nothing of the copy', async () => {
    const copy = copyOfAKilledOne();
    const contents = () => readdirSync(dirname(copy)).map((name) => [name, readFileSync(join(dirname(copy), name))]);
    const before = contents();
    await admin(folder, ['restore', copy]);
    expect(contents()).toEqual(before);
  });

  it('is refused where the log is of another file: a backup has none', async () => {
    const copy = copyOfAKilledOne();
    rmSync(copy);
    await admin(folder, ['backup', copy]);
    await expect(admin(folder, ['restore', copy])).rejects.toThrow('-wal lies beside it and is no log of it');
    expect(readdirSync(folder).filter((name) => name.includes('.old') || name.includes('.restoring'))).toEqual([]);
  });
});
