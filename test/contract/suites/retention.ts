import { describe, expect, it } from 'vitest';
import { PURGE_KINDS, type PurgeKind, type PurgePage } from '../../../src/application/ports/retention.ts';
import type { Transaction } from '../../../src/domain/transaction/transaction.ts';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import {
  commit,
  event,
  filler,
  fillerId,
  jobId,
  LANE,
  newAttempt,
  newJob,
  newTransaction,
  put,
  putFiller,
  transactionId,
} from '../../support/stored.ts';
import {
  broadcast,
  failed,
  included,
  inclusion,
  NOW,
  queued,
  signed,
  settled,
  txHash,
} from '../../support/transactions.ts';

const DAY_MS = 86_400_000;
const OLD = NOW - 100 * DAY_MS;
const BEFORE = NOW - 90 * DAY_MS;

/** What every Retention does. */
export function retentionContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);
  const page = (kind: PurgeKind, changes: Partial<PurgePage> = {}): PurgePage => ({
    kind,
    before: BEFORE,
    after: null,
    limit: 100,
    ...changes,
  });
  const forget = async (kind: PurgeKind, changes: Partial<PurgePage> = {}): Promise<number> =>
    (await storage().retention.forget(page(kind, changes))).forgotten;
  const forgetAll = async (): Promise<number> => {
    let sum = 0;
    for (const kind of PURGE_KINDS) sum += await forget(kind);
    return sum;
  };
  const left = async (): Promise<Record<string, number>> => {
    const tables = await storage().everything();
    const names = ['transactions', 'revisions', 'attempts', 'events', 'failures', 'fillers'];
    return Object.fromEntries(names.map((table) => [table, tables[table]?.length ?? 0]));
  };
  const over = (n: number, status: 'confirmed' | 'reverted' | 'cancelled' | 'expired' = 'confirmed', at = OLD) =>
    put(storage(), n, settled(status, { attemptHash: txHash(n), inclusion: inclusion({ hash: txHash(n) }) }), {
      at,
    }).then(async (row) => {
      await commit(storage(), {
        at,
        closedAttempts: [{ holderId: row.id, mined: { hash: txHash(n), outcome: 'confirmed' } }],
      });
      await commit(storage(), { at, events: [event(row.id), event(row.id, { type: 'Confirmed' })] });
      return row;
    });
  const fail = async (n: number, row: Transaction = failed({ attemptHash: null, liveNonce: null }), at = OLD) => {
    const { id } = await put(storage(), n, row, { at });
    await commit(storage(), {
      at,
      failures: [{ kind: 'opened', transactionId: id, code: 'expired', message: 'm', nodeMessage: null }],
    });
  };
  const close = (n: number, at = OLD) =>
    commit(storage(), {
      at,
      failures: [{ kind: 'closed', transactionId: transactionId(n), by: 'user:ann', reason: 'r' }],
    });

  describe(`retention on ${name}`, () => {
    it.each(['confirmed', 'reverted', 'cancelled', 'expired'] as const)(
      'forgets an old %s one with all that belongs to it, and no other',
      async (status) => {
        await over(1, status);
        await over(2, status, NOW);
        const others = PURGE_KINDS.filter((kind) => kind !== status);
        for (const kind of others) expect(await forget(kind)).toBe(0);
        expect(await forget(status)).toBe(1);
        expect(await left()).toEqual({
          transactions: 1,
          revisions: 1,
          attempts: 1,
          events: 2,
          failures: 0,
          fillers: 0,
        });
        expect(await storage().views.one(transactionId(1))).toBeNull();
        expect(await storage().views.one(transactionId(2))).not.toBeNull();
      },
    );

    it('counts the age from the last change', async () => {
      await over(1);
      await storage().knex('transactions').update({ updated_at: BEFORE });
      expect(await forget('confirmed')).toBe(0);
      await storage()
        .knex('transactions')
        .update({ updated_at: BEFORE - 1 });
      expect(await forget('confirmed')).toBe(1);
    });

    it('forgets the idempotency key with its transaction', async () => {
      await put(storage(), 1, settled('confirmed'), { at: OLD, accepted: { idempotencyKey: 'k' } });
      const again = () =>
        commit(storage(), { accepted: [newTransaction(2, { idempotencyKey: 'k', fingerprint: 'fingerprint 1' })] });
      expect((await again()).accepted).toEqual([{ kind: 'replayed', id: transactionId(1) }]);
      expect(await forget('confirmed')).toBe(1);
      expect((await again()).accepted).toEqual([{ kind: 'created', id: transactionId(2) }]);
    });

    it.each<readonly [string, Transaction]>([
      ['queued', queued()],
      ['signed', signed()],
      ['broadcast', broadcast()],
      ['included', included()],
    ])('keeps what is %s, however old', async (_, row) => {
      await put(storage(), 1, row, { at: OLD });
      expect(await forgetAll()).toBe(0);
    });

    it('forgets a failed one only when it is closed, and nothing of it is live', async () => {
      await fail(1);
      await fail(2, failed({ liveNonce: 7, attemptHash: txHash(2) }));
      expect(await forgetAll()).toBe(0);
      await close(1);
      await close(2);
      expect(await forget('failed')).toBe(1);
      expect(await left()).toMatchObject({ transactions: 1, attempts: 1, failures: 1 });
      expect(await storage().views.one(transactionId(2))).not.toBeNull();
    });

    it('counts the age of a closed one from its closing', async () => {
      await fail(1);
      await close(1, BEFORE);
      expect(await forgetAll()).toBe(0);
    });

    it('keeps what has a live attempt or holds a nonce, whatever its row says', async () => {
      await over(1);
      await over(2);
      await commit(storage(), { newAttempts: [newAttempt(1, { hash: txHash(91), holderId: transactionId(1) })] });
      await storage()
        .knex('held_nonces')
        .insert({ chain_id: LANE.chainId, signer: LANE.address, nonce: 3, holder_id: transactionId(2) });
      expect(await forgetAll()).toBe(0);
    });

    it('keeps everything of an open failure', async () => {
      const { id } = await over(1);
      const failure = { kind: 'opened', transactionId: id, code: 'expired', message: 'm', nodeMessage: null } as const;
      await commit(storage(), { at: OLD, failures: [failure] });
      expect(await forgetAll()).toBe(0);
      await commit(storage(), { at: OLD, failures: [{ kind: 'resolved', transactionId: id }] });
      expect(await forget('confirmed')).toBe(1);
      expect(await left()).toMatchObject({ transactions: 0, failures: 0 });
    });

    it('forgets resolved failures of transactions that go on, but not of one whose block may be replaced', async () => {
      await fail(1, queued());
      await fail(2, included());
      const resolve = (n: number, at: number) =>
        commit(storage(), { at, failures: [{ kind: 'resolved', transactionId: transactionId(n) }] });
      await resolve(1, NOW);
      await resolve(2, OLD);
      expect(await forgetAll()).toBe(0);
      await resolve(1, OLD);
      expect(await forget('resolvedFailures')).toBe(1);
      expect(await left()).toMatchObject({ transactions: 2, failures: 1 });
    });

    it('forgets done bulk jobs with their lists, one at a time', async () => {
      await put(storage(), 9, queued());
      for (const n of [1, 2, 3]) await commit(storage(), { at: OLD, newJobs: [newJob(n, [9])] });
      const end = (n: number, at: number) =>
        commit(storage(), {
          at,
          jobItems: [{ jobId: jobId(n), transactionId: transactionId(9), outcome: 'retried', why: null }],
        });
      await end(1, OLD);
      await end(2, BEFORE);
      const first = await storage().retention.forget(page('bulkJobs'));
      expect(first).toEqual({ forgotten: 1, next: { at: OLD, id: jobId(1) } });
      expect(await forget('bulkJobs', { after: first.next })).toBe(0);
      const { bulk_jobs: jobs, bulk_job_items: items } = await storage().everything();
      expect([jobs?.length, items?.length]).toEqual([2, 2]);
      await end(3, OLD);
      expect(await forget('bulkJobs', { after: { at: OLD, id: jobId(2) } })).toBe(1);
    });

    it('forgets finished fillers', async () => {
      await putFiller(storage(), filler(1, { status: 'done', attemptHash: txHash(1) }));
      await putFiller(storage(), filler(2, { status: 'open', attemptHash: txHash(2) }));
      await putFiller(storage(), filler(3, { status: 'lost', attemptHash: txHash(3) }));
      expect(await forgetAll()).toBe(0);
      await storage().knex('fillers').update({ created_at: OLD });
      expect(await forget('fillers')).toBe(2);
      expect(await left()).toMatchObject({ fillers: 1, attempts: 1 });
    });

    it('keeps a filler that has a live attempt or holds a nonce, whatever its row says', async () => {
      await putFiller(storage(), filler(1, { status: 'done', attemptHash: txHash(1) }));
      await putFiller(storage(), filler(2, { status: 'done', attemptHash: txHash(2) }));
      const { knex } = storage();
      await knex('fillers').update({ created_at: OLD });
      await knex('attempts').where('hash', txHash(1)).update({ outcome: 'live' });
      const lane = { chain_id: LANE.chainId, signer: LANE.address };
      await knex('held_nonces').insert({ ...lane, nonce: 77, holder_id: fillerId(2) });
      expect(await forget('fillers')).toBe(0);
    });

    it('goes on where the last page ended, past what stays', async () => {
      for (let n = 1; n <= 5; n++) await over(n);
      await storage().knex('transactions').whereIn('id', [1, 2].map(transactionId)).update({ updated_at: NOW });
      const first = await storage().retention.forget(page('confirmed', { limit: 2 }));
      expect(first).toMatchObject({ forgotten: 0, next: { at: OLD, id: transactionId(2) } });
      const second = await storage().retention.forget(page('confirmed', { limit: 2, after: first.next }));
      expect(second).toMatchObject({ forgotten: 2, next: { id: transactionId(4) } });
      const third = await storage().retention.forget(page('confirmed', { limit: 2, after: second.next }));
      expect(third).toEqual({ forgotten: 1, next: null });
    });

    it('leaves the figures with the rows that are there', async () => {
      const levels = async () => {
        const [chain] = (await storage().figures.standing()).chains;
        return chain?.signers.get(LANE.address);
      };
      for (let n = 1; n <= 3; n++) await over(n);
      await over(4, 'expired');
      await over(5, 'confirmed', NOW);
      expect(await levels()).toMatchObject({ confirmed: 4, expired: 1 });
      expect(await forgetAll()).toBe(4);
      expect(await levels()).toMatchObject({ confirmed: 1, expired: 0 });
      await storage().figures.fold(NOW);
      expect(await levels()).toMatchObject({ confirmed: 1, expired: 0 });
    });

    it('counts without deleting', async () => {
      for (let n = 1; n <= 3; n++) await over(n);
      const before = await storage().everything();
      expect(await storage().retention.count(page('confirmed'))).toEqual({ forgotten: 3, next: null });
      expect(await storage().everything()).toEqual(before);
    });

    it('keeps audit entries, and numbers events on', async () => {
      const { id } = await over(1);
      const entry = {
        actor: 'user:ann',
        action: 'retry',
        transactionId: id,
        reason: 'r',
        detail: null,
        requestId: null,
      };
      await commit(storage(), { at: OLD, audit: [entry] });
      const last = await storage().knex('events').max<{ top: number }[]>('sequence as top');
      expect(await forget('confirmed')).toBe(1);
      expect((await storage().views.audit(10, null)).items).toHaveLength(1);
      await commit(storage(), { events: [event(transactionId(9))] });
      const [row] = await storage().knex('events').select<{ sequence: number }[]>('sequence');
      expect(row?.sequence).toBe((last[0]?.top ?? 0) + 1);
    });
  });
}
