import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { migrate } from '../../../src/adapters/outbound/sql/migrate.ts';
import { openSqlite } from '../../../src/adapters/outbound/sql/open-sqlite.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { commit, event, newTransaction, transactionId } from '../../support/stored.ts';

const storage = fresh(() => openFile());
const pragma = async (name: string): Promise<unknown> =>
  (await storage().knex.raw<readonly Record<string, unknown>[]>(`PRAGMA ${name}`))[0]?.[name];

describe('a database in a file', () => {
  it('writes ahead, and waits for the disk at each commit', async () => {
    await commit(storage(), { accepted: [newTransaction(1)] });
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
  });

  it('holds a commit in its files as soon as that is answered', async () => {
    await commit(storage(), { accepted: [newTransaction(1)], events: [event(transactionId(1))] });
    const folder = mkdtempSync(join(tmpdir(), 'storage-copy-'));
    cpSync(dirname(storage().path), folder, { recursive: true });
    const copy = openSqlite(join(folder, 'database.sqlite'));
    try {
      expect(await copy('transactions').select('id')).toEqual([{ id: transactionId(1) }]);
      expect(await copy('events').select('transaction_id')).toEqual([{ transaction_id: transactionId(1) }]);
    } finally {
      await copy.destroy();
      rmSync(folder, { recursive: true });
    }
  });

  it('is its owner’s alone to read, with all that stands beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storage-new-'));
    const path = join(folder, 'new.sqlite');
    const before = process.umask(0o022);
    const knex = openSqlite(path);
    try {
      await migrate(knex, sqlite);
      for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      await knex.destroy();
      process.umask(before);
      rmSync(folder, { recursive: true });
    }
  });

  it('tells what a commit takes', async () => {
    const begin = performance.now();
    for (let n = 0; n < 20; n++) await commit(storage(), { accepted: [newTransaction(n)] });
    const batch = performance.now();
    await commit(storage(), { accepted: Array.from({ length: 1_000 }, (_, n) => newTransaction(1_000 + n)) });
    const end = performance.now();
    console.log(`a commit: ${((batch - begin) / 20).toFixed(2)} ms, one of 1,000: ${(end - batch).toFixed(1)} ms`);
    expect(await storage().views.many([transactionId(1_999)])).toHaveLength(1);
  });
});
