import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../../src/application/change-set.ts';
import { everyPart } from '../../support/every-part.ts';
import { fresh, openFile, type Storage } from '../../support/storage.ts';
import { CHAIN, commit, content, LANE, newTransaction, put, request, transactionId } from '../../support/stored.ts';
import { block, NOW, queued, txHash } from '../../support/transactions.ts';

const storage = fresh(() => openFile());
const unavailable = expect.objectContaining({ name: 'LedgerUnavailable' }) as Error;
const tryToCommit = (changes: Omit<ChangeSet, 'step' | 'at'> = {}) =>
  storage().ledger.commit({ step: 'settle', at: NOW, accepted: [newTransaction(1)], ...changes });
const pragma = (text: string) => storage().knex.raw(`PRAGMA ${text}`) as Promise<readonly Record<string, number>[]>;

interface Connection {
  prepare(sql: string): { run(): unknown };
  close(): void;
}
async function connection(of: Storage = storage()): Promise<Connection> {
  const client = of.knex.client as {
    acquireConnection(): Promise<Connection>;
    releaseConnection(one: Connection): Promise<void>;
  };
  const one = await client.acquireConnection();
  await client.releaseConnection(one);
  return one;
}

describe('a full disk', () => {
  it('refuses a commit wherever it meets it, and leaves nothing of it', async () => {
    const others = await everyPart(storage());
    const large = content({ request: request({ data: `0x${'ab'.repeat(40_000)}` }) });
    const changes = { ...others, accepted: [newTransaction(70, { content: large }), newTransaction(71)] };
    const before = await storage().everything();
    const pages = (await pragma('page_count'))[0]?.['page_count'] ?? 0;
    let refused = 0;
    for (let spare = 0; ; spare++) {
      await pragma(`max_page_count = ${pages + spare}`);
      const result = await tryToCommit(changes).catch((error: unknown) => error);
      if (!(result instanceof Error)) {
        expect(result).toMatchObject({ kind: 'committed' });
        break;
      }
      refused++;
      expect(result).toMatchObject({ name: 'LedgerUnavailable', cause: { code: 'SQLITE_FULL' } });
      expect(await storage().everything()).toEqual(before);
    }
    expect(refused).toBeGreaterThan(5);
    expect(await storage().everything()).not.toEqual(before);
  });

  it('refuses all of many commits at once, and takes them once there is room', async () => {
    const large = content({ request: request({ data: `0x${'ab'.repeat(40_000)}` }) });
    const pages = (await pragma('page_count'))[0]?.['page_count'] ?? 0;
    await pragma(`max_page_count = ${pages}`);
    const commits = () => [1, 2, 3].map((n) => tryToCommit({ accepted: [newTransaction(n, { content: large })] }));
    const results = await Promise.allSettled(commits());
    expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: unavailable })));
    await pragma('max_page_count = 1000000');
    expect(await Promise.all(commits())).toHaveLength(3);
  });
});

describe('another process that holds the write lock', () => {
  it('keeps commits away, and reads not', async () => {
    const row = await put(storage(), 5, queued());
    const other = await storage().another();
    await pragma('busy_timeout = 0');
    const theirs = await other.knex.transaction();
    await theirs('leases').insert({ name: 'theirs', token: 1, expires_at: 0, wanted: false });
    const before = await storage().everything();
    await expect(tryToCommit()).rejects.toThrow(unavailable);
    await expect(tryToCommit()).rejects.toMatchObject({ cause: { code: 'SQLITE_BUSY' } });
    expect(await storage().everything()).toEqual(before);
    expect((await storage().work.transactions([row.id])).size).toBe(1);
    await theirs.commit();
    expect(await tryToCommit()).toMatchObject({ kind: 'committed' });
  });
});

describe('a commit', () => {
  it('has the write lock before it reads: nobody writes between what it saw and what it writes', async () => {
    const other = await storage().another();
    await other.knex.raw('PRAGMA busy_timeout = 0');
    const theirs = await connection(other);
    const fence = await storage().leases.acquire('lane', 1_000);
    let refused: unknown = null;
    storage().knex.on('query', ({ sql }: { sql: string }) => {
      // The lease is the first that a commit reads.
      if (!sql.includes('leases')) return;
      try {
        theirs.prepare("INSERT INTO leases (name, token, expires_at, wanted) VALUES ('theirs', 1, 0, 0)").run();
      } catch (error) {
        refused = error;
      }
    });
    expect(await tryToCommit(fence === null ? {} : { fence })).toMatchObject({ kind: 'committed' });
    expect(refused).toMatchObject({ code: 'SQLITE_BUSY' });
  });
});

describe('a database that is gone', () => {
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    lane: () => storage().work.lane(LANE),
    readyToSign: () => storage().work.readyToSign(LANE, NOW, 1, false),
    toResubmit: () => storage().work.toResubmit(LANE, { now: NOW, belowNonce: 1, limit: 1, recovery: null }),
    forBroadcast: () => storage().work.forBroadcast([transactionId(1)]),
    liveAttempts: () => storage().work.liveAttempts(CHAIN, [txHash(1)]),
    includedIn: () => storage().work.includedIn(CHAIN, block(1).hash),
    chain: () => storage().work.chain(CHAIN),
    due: () => storage().work.due(NOW, 1),
    one: () => storage().views.one(transactionId(1)),
    many: () => storage().views.many([transactionId(1)]),
    page: () => storage().views.page({ q: 'x' }, 1, null),
    audit: () => storage().views.audit(1, null),
    signers: () => storage().views.signers(),
  };

  it('is unavailable once its connections are closed, to commits and to reads', async () => {
    await storage().knex.destroy();
    await expect(tryToCommit()).rejects.toThrow(unavailable);
    await expect(storage().ledger.commit({ step: 'settle', at: NOW })).rejects.toThrow(unavailable);
    for (const read of Object.values(reads)) await expect(read()).rejects.toThrow(unavailable);
  });

  it('is unavailable where the connection ended by itself', async () => {
    (await connection()).close();
    await expect(tryToCommit()).rejects.toThrow(unavailable);
    for (const read of Object.values(reads)) await expect(read()).rejects.toThrow(unavailable);
  });

  it('is unavailable where a commit waits for a connection too long', async () => {
    const held = await storage().knex.transaction();
    const { pool } = storage().knex.client as { pool: { acquireTimeoutMillis: number } };
    pool.acquireTimeoutMillis = 5;
    await expect(tryToCommit()).rejects.toThrow(unavailable);
    await expect(storage().work.lane(LANE)).rejects.toThrow(unavailable);
    await held.rollback();
    expect(await tryToCommit()).toMatchObject({ kind: 'committed' });
  });
});

it('a bug is no trouble of the database: it is told as it is', async () => {
  await commit(storage(), { accepted: [newTransaction(1)] });
  await expect(tryToCommit()).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  expect(await tryToCommit({ accepted: [newTransaction(2)] })).toMatchObject({ kind: 'committed' });
});
