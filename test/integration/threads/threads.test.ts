import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { recoverNatively } from '../../../src/adapters/outbound/codec/native.ts';
import { recoverPortably } from '../../../src/adapters/outbound/codec/portable.ts';
import { DEV_PRIVATE_KEYS } from '../../../src/adapters/outbound/signing/dev-accounts.ts';
import { signHere } from '../../../src/adapters/outbound/signing/sign-digests.ts';
import { SqlLedger } from '../../../src/adapters/outbound/sql/ledger/sql-ledger.ts';
import type { LeaseToken } from '../../../src/application/change-set.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import { startCurveThreads } from '../../../src/infrastructure/threads/curve-threads.ts';
import { startSqlWriter } from '../../../src/infrastructure/threads/sql-writer.ts';
import { Thread, type ThreadName } from '../../../src/infrastructure/threads/thread.ts';
import { openFile } from '../../support/storage.ts';
import { newTransaction, put, transactionId } from '../../support/stored.ts';
import { NOW, queued, signed } from '../../support/transactions.ts';

const KEY = Buffer.from(DEV_PRIVATE_KEYS[0] as string, 'hex');
const open: { close(): Promise<unknown> }[] = [];
const opened = <One extends { close(): Promise<unknown> }>(one: One): One => {
  open.push(one);
  return one;
};
const failures: Error[] = [];
const onFailure = (error: Error): void => void failures.push(error);

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  expect(failures.splice(0)).toEqual([]);
});

describe('the curve in threads', () => {
  it.each([
    [0, 9],
    [1, 9],
    [2, 101],
  ])('signs and recovers as it is done here, in order: %i threads, %i items', async (threads, count) => {
    const curve = opened(startCurveThreads(threads, onFailure));
    const digests = Array.from({ length: count }, () => randomBytes(32));
    const signatures = await curve.sign(KEY, digests);
    expect(signatures.map(hex)).toEqual((await signHere(KEY, digests)).map(hex));
    const items = signatures.map((signature, i) => ({
      digest: digests[i] as Uint8Array,
      // One that recovers nothing: r is larger than the curve's order.
      compactSignature: i === 3 ? new Uint8Array(64).fill(255) : signature.subarray(0, 64),
      recoveryId: signature[64] as 0 | 1,
    }));
    const keys = (await curve.recover(items)).map(hexOrNull);
    expect(keys).toEqual((await recoverPortably(items)).map(hexOrNull));
    expect(keys).toEqual((await recoverNatively()?.(items))?.map(hexOrNull));
    expect(keys[3]).toBeNull();
    expect(await curve.sign(KEY, [])).toEqual([]);
    expect(await curve.recover([])).toEqual([]);
  });
});

it('curve threads that have ended are no bug of who asks them: what is asked for is not available', async () => {
  const curve = startCurveThreads(2, onFailure);
  await curve.close();
  const digests = Array.from({ length: 9 }, () => randomBytes(32));
  await expect(curve.sign(KEY, digests)).rejects.toThrow(LedgerUnavailable);
  const items = digests.map((digest) => ({ digest, compactSignature: new Uint8Array(64), recoveryId: 0 as const }));
  await expect(curve.recover(items)).rejects.toThrow('the thread curve-thread has ended');
  await expect(curve.recover(items)).rejects.toThrow(LedgerUnavailable);
});

describe('the ledger written by a thread', () => {
  it('commits, repeats, refuses and is closed as on a connection of its own', async () => {
    const storage = opened(await openFile());
    const writer = startSqlWriter(storage.path, onFailure);
    const cipher = storage.cipher;
    const now = () => storage.clock.now();
    const ledger = new SqlLedger({ ...storage, cipher, now, writer });
    const commit = (changes: object) => ledger.commit({ step: 'settle', at: NOW, ...changes });
    const item = newTransaction(1, { idempotencyKey: 'k' });
    const wakeUps = [{ signer: { chainId: item.chainId, address: item.signer }, ids: [item.id] }];
    const first = await commit({ accepted: [item], wakeUps });
    expect(first).toMatchObject({ kind: 'committed', accepted: [{ kind: 'created', id: item.id }] });
    expect(await commit({ accepted: [{ ...item, id: transactionId(2) }] })).toMatchObject({
      accepted: [{ kind: 'replayed', id: item.id }],
    });
    const row = await put(storage, 3, queued());
    const stale = { before: { ...row, version: 1 }, after: signed({ id: row.id }) };
    expect(await commit({ transactions: [stale] })).toEqual({ kind: 'conflict', reason: 'version', ids: [row.id] });
    const lease = { name: 'lane', token: 4 };
    expect(await commit({ fence: lease })).toMatchObject({ kind: 'conflict', reason: 'fence' });
    expect((await storage.work.transactions([item.id])).size).toBe(1);
    const [message] = await storage.outbox.take(10);
    await writer.outboxDone([message?.sequence as number]);
    expect(await storage.outbox.take(10)).not.toContainEqual(message);

    const last = writer.write({ at: NOW, fence: null, parts: [], wakeUps, letters: [] });
    await writer.close();
    expect(await last).toMatchObject({ kind: 'committed' });
    await expect(commit({ accepted: [newTransaction(10)] })).rejects.toThrow(LedgerUnavailable);
  });

  it('says of a file that it cannot write that the database is not available', async () => {
    const writer = opened(startSqlWriter('/dev/null/none.sqlite', onFailure));
    await expect(writer.outboxDone([1])).rejects.toThrow(/none|directory|open/);
    const prepared = { at: NOW, fence: null, parts: [], wakeUps: [], letters: [] };
    await expect(writer.write(prepared)).rejects.toThrow(LedgerUnavailable);
  });
});

describe('a thread', () => {
  it('says what a call failed with, and goes on', async () => {
    const thread = opened(new Thread('curve-thread', null, onFailure));
    await expect(thread.call('sign', { key: KEY.subarray(1), digests: randomBytes(32) })).rejects.toThrow(
      /private key/,
    );
    await expect(thread.call('nonsense', null)).rejects.toThrow('this thread has no nonsense');
    expect(await thread.call('recover', new Uint8Array())).toEqual(new Uint8Array());
  });

  it('that ends by itself is told, with every call that waits for it and every later one', async () => {
    const thread = opened(new Thread('no-such-thread' as ThreadName, null, onFailure));
    await expect(thread.call('sign', null)).rejects.toMatchObject({ name: 'ThreadEnded' });
    await expect(thread.call('sign', null)).rejects.toMatchObject({ name: 'ThreadEnded' });
    expect(failures.splice(0)).toMatchObject([{ name: 'ThreadEnded' }]);
  });
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hexOrNull = (bytes: Uint8Array | null): string | null => bytes && hex(bytes);

it('leases are taken, renewed and let go of by the thread, and a lock of another process is waited for no longer than it is told', async () => {
  const storage = opened(await openFile());
  const writer = opened(startSqlWriter(storage.path, onFailure));
  const { leases } = writer;
  const token = await leases.acquire('lane', 60_000);
  expect(await leases.acquire('lane', 60_000)).toBeNull();
  expect(token && (await leases.renew(token, 60_000))).toBe(true);
  const other = new Database(storage.path);
  try {
    other.exec('BEGIN IMMEDIATE');
    await writer.waitNoLongerThan(0);
    await expect(leases.release(token as LeaseToken)).rejects.toThrow(LedgerUnavailable);
  } finally {
    other.close();
  }
  expect(await leases.release(token as LeaseToken)).toEqual({ wanted: true });
});
