import { beforeEach, describe, expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { CountingIds } from '../../../src/adapters/outbound/system/counting-ids.ts';
import type { LeaseToken } from '../../../src/application/change-set.ts';
import { changesOf } from '../../../src/application/changes-of.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import type { Ledger } from '../../../src/application/ports/ledger.ts';
import { CreateBulk } from '../../../src/application/use-cases/bulk/create-bulk-retry.ts';
import { RunBulkRetries } from '../../../src/application/use-cases/bulk/run-bulk-retries.ts';
import type { BulkRetryResult, CreateBulkRetry } from '../../../src/application/use-cases/inbound.ts';
import { fail } from '../../../src/domain/decisions/fail.ts';
import type { JobId } from '../../../src/domain/primitives.ts';
import type { Failed } from '../../../src/domain/transaction/transaction.ts';
import { fresh, memory, type Storage } from '../../support/storage.ts';
import { commit, put, transactionId } from '../../support/stored.ts';
import { failed, NOW, queued } from '../../support/transactions.ts';

type Command = Parameters<CreateBulkRetry['create']>[0];
const ACTOR = { name: 'user:ada', requestId: 'request-1' };
const byIds = (...numbers: number[]): Command => ({
  actor: ACTOR,
  reason: 'funded',
  of: { kind: 'ids', ids: numbers.map(transactionId) },
  expectedCount: null,
});
const byFilter = (expectedCount: number | null = null): Command => ({
  ...byIds(),
  of: { kind: 'filter', filter: { errorCode: 'would_revert' }, shown: { errorCode: 'would_revert' } },
  expectedCount,
});

describe('bulk retries', () => {
  const storage = fresh(memory);
  const log = new RecordingLog();
  let signals = 0;
  let create: CreateBulk;
  beforeEach(() => {
    signals = 0;
    log.lines.length = 0;
    create = new CreateBulk({ ...storage(), ids: new CountingIds(), onCreated: () => (signals += 1), mostItems: 500 });
  });

  const aFailedOne = async (n: number, changes: Partial<Failed> = {}): Promise<void> => {
    const id = transactionId(n);
    const state = failed({ attemptHash: null, liveNonce: null, failureCode: 'would_revert', ...changes });
    await put(storage(), n, state, { at: NOW + n });
    const what = { code: 'would_revert', message: 'm', nodeMessage: null } as const;
    await commit(storage(), { failures: [{ kind: 'opened', transactionId: id, ...what }] });
  };
  const failedOnes = async (...numbers: number[]): Promise<void> => {
    for (const n of numbers) await aFailedOne(n);
  };
  const created = async (command: Command): Promise<JobId> => {
    const result: BulkRetryResult = await create.create(command);
    if (result.kind !== 'created') throw new Error(result.kind);
    return result.id;
  };
  const runner = (on: Storage = storage(), ledger: Ledger = on.ledger): RunBulkRetries =>
    new RunBulkRetries({ ...on, ledger, log });
  const lease = async (on: Storage = storage()): Promise<LeaseToken> => {
    const token = await on.leases.acquire('bulk', 1_000);
    if (token === null) throw new Error('taken');
    return token;
  };
  const runAll = async (run = runner()): Promise<void> => {
    const token = await lease();
    while ((await run.turn(token)) === 'more');
    await storage().leases.release(token);
  };
  const job = async (id: JobId) => {
    const one = await storage().jobs.one(id);
    if (one === null) throw new Error('not there');
    return one;
  };
  const view = async (n: number) => {
    const one = await storage().views.one(transactionId(n));
    if (one === null) throw new Error('not there');
    return one;
  };
  const retriesOf = async (n: number) => (await view(n)).events.filter(({ type }) => type === 'Retried').length;
  const failAgain = async (n: number): Promise<void> => {
    const row = (await storage().work.transactions([transactionId(n)])).get(transactionId(n));
    const decision = row && fail(row, 'would_revert');
    if (!decision) throw new Error('the table refuses it');
    await commit(storage(), changesOf([decision]));
  };
  const audit = async () => (await storage().views.audit(200, null)).items;

  it('freeze what a filter finds at this moment, and wake who runs them', async () => {
    await failedOnes(2, 1);
    await put(storage(), 3, queued());
    const id = await created(byFilter(2));
    await aFailedOne(4);
    expect(await job(id)).toMatchObject({ state: 'running', total: 2, filter: { errorCode: 'would_revert' } });
    expect(await storage().jobs.pending(id, 9)).toEqual([1, 2].map(transactionId));
    expect(signals).toBe(1);
    await runAll();
    expect(await job(id)).toMatchObject({ state: 'done', total: 2, retried: 2, skipped: 0, failed: 0 });
    expect((await view(4)).status).toBe('failed');
  });

  it('are refused where another number is found, or too many: nothing is on record then', async () => {
    await failedOnes(1, 2);
    const before = await storage().everything();
    expect(await create.create(byFilter(3))).toEqual({ kind: 'countDiffers', count: 2 });
    expect(await create.create({ ...byIds(1, 2, 2), expectedCount: 3 })).toEqual({ kind: 'countDiffers', count: 2 });
    const small = new CreateBulk({ ...storage(), ids: new CountingIds(), onCreated: () => undefined, mostItems: 1 });
    expect(await small.create(byFilter(2))).toEqual({ kind: 'tooMany', most: 1 });
    expect(await storage().everything()).toEqual(before);
    expect(signals).toBe(0);
  });

  it('of nothing are done at once', async () => {
    expect(await job(await created(byFilter(0)))).toMatchObject({ state: 'done', total: 0 });
  });

  it('write one audit entry for the job and one for each row, as a retry of one writes them', async () => {
    await failedOnes(1);
    const [first, second] = [await created(byFilter()), await created(byIds(1))];
    await runAll();
    const by = { actor: 'user:ada', reason: 'funded', requestId: 'request-1' };
    const named = { action: 'bulk_retry', transactionId: null };
    expect((await audit()).toReversed()).toMatchObject([
      { ...by, ...named, detail: { bulkRetry: first, count: 1, by: 'filter', filter: { errorCode: 'would_revert' } } },
      { ...by, ...named, detail: { bulkRetry: second, count: 1, by: 'ids' } },
      { ...by, action: 'retry', transactionId: transactionId(1), detail: { bulkRetry: first } },
    ]);
    const row = await view(1);
    expect(row).toMatchObject({ status: 'queued', revision: 0, retry: { count: 0 } });
    expect(row.events.at(-1)).toMatchObject({ type: 'Retried', actor: 'user:ada', detail: { reason: 'funded' } });
    const sent = (await storage().outbox.take(9)).at(-1);
    const letters = [{ kind: 'remove', transactionId: transactionId(1) }];
    expect(sent).toMatchObject({ wakeUps: [{ ids: [transactionId(1)] }], letters });
  });

  it('say of each that was not retried why', async () => {
    await failedOnes(1, 2, 3);
    await aFailedOne(4, { validUntil: NOW });
    await put(storage(), 5, queued());
    const id = await created(byIds(1, 2, 3, 4, 5, 9));
    await commit(storage(), {
      failures: [{ kind: 'closed', transactionId: transactionId(2), by: 'user:bob', reason: 'r' }],
    });
    await runAll();
    const why = (n: number, code: string, message: RegExp) => ({
      transactionId: transactionId(n),
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(await job(id)).toMatchObject({
      ...{ state: 'done', total: 6, retried: 2, skipped: 2, failed: 2 },
      skips: [why(5, 'illegal_transition', /this one is queued/), why(2, 'closed', /closed by user:bob/)],
      failures: [why(4, 'invalid_field', /validUntil has passed/), why(9, 'not_found', /no transaction/)],
    });
    expect((await view(2)).closed).not.toBeNull();
  });

  it('go batch by batch in the order of acceptance, and never come back to a row that fails again', async () => {
    const numbers = Array.from({ length: 150 }, (_, n) => n + 1);
    await failedOnes(...numbers);
    const id = await created(byFilter());
    const [run, token] = [runner(), await lease()];
    expect(await run.turn(token)).toBe('more');
    expect(await job(id)).toMatchObject({ state: 'running', retried: 100 });
    expect([(await view(100)).status, (await view(101)).status]).toEqual(['queued', 'failed']);
    for (const n of [1, 50, 100]) await failAgain(n);
    expect(await run.turn(token)).toBe('more');
    expect(await run.turn(token)).toBe('nothing');
    expect(await job(id)).toMatchObject({ state: 'done', retried: 150 });
    expect((await view(50)).status).toBe('failed');
    expect(new Set(await Promise.all(numbers.map(retriesOf)))).toEqual(new Set([1]));
  });

  it('two runners at once, both believing that it is theirs: each row is retried once', async () => {
    const numbers = Array.from({ length: 120 }, (_, n) => n + 1);
    await failedOnes(...numbers);
    const id = await created(byFilter());
    const token = await lease();
    const runners = [runner(), runner()];
    while ((await Promise.all(runners.map((run) => run.turn(token)))).includes('more'));
    expect(await job(id)).toMatchObject({ state: 'done', total: 120, retried: 120, skipped: 0 });
    expect(new Set(await Promise.all(numbers.map(retriesOf)))).toEqual(new Set([1]));
    expect((await audit()).filter(({ action }) => action === 'retry')).toHaveLength(120);
  });

  it('whose lease has passed on write nothing more', async () => {
    await failedOnes(1);
    const id = await created(byFilter());
    const old = await lease();
    storage().clock.advance(1_000);
    await lease();
    expect(await runner().turn(old)).toBe('lost');
    expect([(await view(1)).status, (await job(id)).retried]).toEqual(['failed', 0]);
  });

  it('decide anew where a row moves between the look and the commit', async () => {
    await failedOnes(1, 2);
    const id = await created(byFilter());
    let moves = 1;
    const ledger: Ledger = {
      commit: async (changes) => {
        if (moves-- > 0) {
          const before = (await storage().work.transactions([transactionId(1)])).get(transactionId(1));
          if (before === undefined) throw new Error('not there');
          const after = queued({ id: before.id });
          const failures = [{ kind: 'resolved', transactionId: before.id }] as const;
          await commit(storage(), { transactions: [{ before, after }], failures });
        }
        return storage().ledger.commit(changes);
      },
    };
    await runAll(runner(storage(), ledger));
    expect(await job(id)).toMatchObject({ state: 'done', retried: 1, skipped: 1 });
    expect([await retriesOf(1), await retriesOf(2)]).toEqual([0, 1]);
  });

  it('give up what cannot be read, and that alone', async () => {
    await failedOnes(1, 2, 3);
    const id = await created(byFilter());
    await storage()
      .knex('revisions')
      .where('transaction_id', transactionId(2))
      .update({ content: Buffer.alloc(60) });
    await runAll();
    const failures = [{ transactionId: transactionId(2), code: 'internal_error' }];
    expect(await job(id)).toMatchObject({ state: 'done', retried: 2, failed: 1, failures });
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { level: 'error', fields: { job: id, transactionId: transactionId(2) } },
    ]);
  });

  it('are left as they are while the database cannot commit', async () => {
    await failedOnes(1);
    const id = await created(byFilter());
    const ledger: Ledger = { commit: () => Promise.reject(new LedgerUnavailable('full')) };
    await expect(runner(storage(), ledger).turn(await lease())).rejects.toThrow(LedgerUnavailable);
    expect(await job(id)).toMatchObject({ state: 'running', retried: 0, failed: 0 });
    expect(await runner().hasWork()).toBe(true);
  });
});
