import { beforeEach, describe, expect, it } from 'vitest';
import { Retry } from '../../../src/application/use-cases/retry.ts';
import type { RetryTransaction } from '../../../src/application/use-cases/inbound.ts';
import type { Failed, Transaction } from '../../../src/domain/transaction/transaction.ts';
import { fresh, memory } from '../../support/storage.ts';
import { commit, content, put, RECIPIENT, request, transactionId } from '../../support/stored.ts';
import { broadcast, failed, queued, settled, txHash } from '../../support/transactions.ts';

const ID = transactionId(1);
const HOUR_MS = 3_600_000;
type Command = Parameters<RetryTransaction['retry']>[0];

describe("an operator's retry", () => {
  const storage = fresh(memory);
  let retry: Retry;
  beforeEach(() => {
    retry = new Retry(storage());
  });

  const command = (changes: Partial<Command> = {}): Command => ({
    id: ID,
    actor: { name: 'user:ada', requestId: 'request-1' },
    reason: 'funded it',
    changes: {},
    expectedVersions: null,
    ...changes,
  });
  /** Failed without any bytes, with its failure on record. */
  async function aFailedOne(changes: Partial<Failed> = {}): Promise<Failed> {
    const state = failed({ attemptHash: null, liveNonce: null, failureCode: 'insufficient_funds', ...changes });
    const metadata = { order: 7 };
    const row = await put(storage(), 1, state, {
      accepted: { idempotencyKey: 'key', content: content({ idempotencyKey: 'key', metadata }) },
    });
    await commit(storage(), {
      failures: [
        { kind: 'opened', transactionId: ID, code: 'insufficient_funds', message: 'fund it', nodeMessage: null },
      ],
    });
    return row;
  }
  const view = async () => {
    const one = await storage().views.one(ID);
    if (one === null) throw new Error('not there');
    return one;
  };
  const audit = async () => (await storage().views.audit(10, null)).items;

  it('queues the transaction anew, due at once, its count begun anew, its failure resolved', async () => {
    await aFailedOne({ retry: { count: 16, dueAt: null, lastError: 'insufficientFunds' } });
    expect(await retry.retry(command())).toEqual({ kind: 'done', id: ID });
    const [row] = await Promise.all([view()]);
    expect(row).toMatchObject({ status: 'queued', revision: 0, failure: null, retry: { count: 0, lastError: null } });
    expect(await storage().work.openFailures(10, null)).toEqual([]);
    const sent = await storage().outbox.take(10);
    expect(sent.at(-1)).toMatchObject({
      wakeUps: [{ ids: [ID] }],
      letters: [{ kind: 'remove', transactionId: ID }],
    });
  });

  it('says who did it, why, and in which request', async () => {
    await aFailedOne();
    await retry.retry(command());
    expect(await audit()).toMatchObject([
      {
        actor: 'user:ada',
        action: 'retry',
        transactionId: ID,
        reason: 'funded it',
        detail: null,
        requestId: 'request-1',
      },
    ]);
    expect((await view()).events.at(-1)).toMatchObject({
      type: 'Retried',
      from: 'failed',
      to: 'queued',
      actor: 'user:ada',
      detail: { reason: 'funded it' },
    });
  });

  it('an edit becomes the next revision: old and new values are told, what is not named stays as it was', async () => {
    await aFailedOne();
    const changes = { valueWei: 2n ** 255n, to: null, gasLimit: 50_000n } as const;
    expect(await retry.retry(command({ changes }))).toMatchObject({ kind: 'done' });
    const row = await view();
    expect(row).toMatchObject({ revision: 1, idempotencyKey: 'key', metadata: { order: 7 } });
    expect(row.request).toEqual({ ...request(), ...changes });
    const differences = {
      to: { old: RECIPIENT, new: null },
      value: { old: '1', new: (2n ** 255n).toString() },
      gasLimit: { old: null, new: '50000' },
    };
    expect(await audit()).toMatchObject([{ action: 'edit_and_retry', detail: differences }]);
    expect(row.events.at(-1)?.detail).toEqual({ reason: 'funded it', changes: differences });
  });

  it('numbers edit after edit', async () => {
    await aFailedOne();
    await retry.retry(command({ changes: { valueWei: 2n } }));
    const before = (await storage().work.transactions([ID])).get(ID);
    if (before === undefined) throw new Error('not there');
    await commit(storage(), {
      transactions: [{ before, after: { ...failed({ id: ID, attemptHash: null, liveNonce: null }), revision: 1 } }],
    });
    await retry.retry(command({ changes: { valueWei: 3n } }));
    expect(await view()).toMatchObject({ revision: 2, request: { valueWei: 3n } });
    expect((await audit())[0]?.detail).toEqual({ value: { old: '2', new: '3' } });
  });

  it('an edit that changes nothing is a plain retry', async () => {
    await aFailedOne();
    await retry.retry(command({ changes: { valueWei: 1n, to: RECIPIENT } }));
    expect(await view()).toMatchObject({ revision: 0 });
    expect(await audit()).toMatchObject([{ action: 'retry', detail: null }]);
  });

  it('a new validUntil is no edit of the request; one that has passed is refused, old or new', async () => {
    const { clock } = storage();
    const now = clock.now();
    await aFailedOne({ validUntil: now });
    const invalid = { kind: 'invalid', path: 'changes.validUntil' };
    expect(await retry.retry(command())).toMatchObject(invalid);
    expect(await retry.retry(command({ changes: { validUntil: now } }))).toMatchObject(invalid);
    expect(await retry.retry(command({ changes: { validUntil: now + HOUR_MS } }))).toMatchObject({ kind: 'done' });
    expect(await view()).toMatchObject({ revision: 0, validUntil: now + HOUR_MS });
    const validUntil = { old: new Date(now).toISOString(), new: new Date(now + HOUR_MS).toISOString() };
    expect(await audit()).toMatchObject([{ action: 'retry', detail: { validUntil } }]);
  });

  it('validUntil can be taken away', async () => {
    await aFailedOne({ validUntil: storage().clock.now() });
    expect(await retry.retry(command({ changes: { validUntil: null } }))).toMatchObject({ kind: 'done' });
    expect(await view()).toMatchObject({ validUntil: null });
  });

  it('refuses fees that contradict each other, what stands there already counted in', async () => {
    await aFailedOne();
    const changes = { maxFeePerGasWei: 5n, maxPriorityFeePerGasWei: 6n };
    expect(await retry.retry(command({ changes }))).toMatchObject({
      kind: 'invalid',
      path: 'changes.maxPriorityFeePerGas',
    });
    expect(await audit()).toEqual([]);
  });

  it('refuses what is not failed, and says in which state it is', async () => {
    await put(storage(), 1, broadcast({ heldNonce: 7, liveNonce: 7, attemptHash: txHash(7) }));
    expect(await retry.retry(command())).toMatchObject({
      kind: 'illegal',
      current: { status: 'broadcast', version: 2 },
    });
    expect(await retry.retry(command({ id: transactionId(9) }))).toEqual({ kind: 'notFound' });
  });

  it.each([
    [
      queued({ retry: { count: 1, dueAt: Date.UTC(2100, 0, 1), lastError: 'unavailable' } }),
      'queued: it goes on by itself at 2100-01-01T00:00:00.000Z. To change it, cancel it and send it anew',
    ],
    [
      queued({ retry: { count: 0, dueAt: 1, lastError: null } }),
      'queued: it goes on by itself. To change it, cancel it and send it anew',
    ],
    [
      queued({ liveNonce: 7, attemptHash: txHash(7), retry: { count: 0, dueAt: null, lastError: null } }),
      'queued: it goes on by itself',
    ],
    [broadcast({ heldNonce: 7, liveNonce: 7, attemptHash: txHash(7) }), 'broadcast: it goes on by itself'],
    [settled('confirmed'), 'confirmed: it was mined; send a new one'],
    [settled('reverted'), 'reverted: it was mined; send a new one'],
    [settled('cancelled'), 'cancelled: it is over; send a new one'],
  ])('says what is possible instead: %#', async (state: Transaction, message) => {
    await put<Transaction>(storage(), 1, state);
    expect(await retry.retry(command())).toMatchObject({
      kind: 'illegal',
      message: `only a failed transaction can be retried; this one is ${message}`,
    });
  });

  it('refuses a version that is not the present one; one state has one version', async () => {
    const { version } = await aFailedOne();
    const current = { status: 'failed', version };
    expect(await retry.retry(command({ expectedVersions: [version - 1] }))).toEqual({
      kind: 'versionConflict',
      current,
    });
    expect(await retry.retry(command({ expectedVersions: [version] }))).toMatchObject({ kind: 'done' });
    expect(await retry.retry(command({ expectedVersions: [version] }))).toMatchObject({ kind: 'versionConflict' });
  });

  it('of two operators at the same moment one wins, and the other learns what became of it', async () => {
    await aFailedOne();
    const results = await Promise.all([retry.retry(command()), retry.retry(command())]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'illegal']);
    expect(await audit()).toHaveLength(1);
    expect((await view()).status).toBe(queued().status);
  });
});
