import { beforeEach, describe, expect, it } from 'vitest';
import type { FailureChange } from '../../../src/application/change-set.ts';
import { changesOf } from '../../../src/application/changes-of.ts';
import { Close } from '../../../src/application/use-cases/close.ts';
import type { CloseFailure } from '../../../src/application/use-cases/inbound.ts';
import { Retry } from '../../../src/application/use-cases/retry.ts';
import { fail } from '../../../src/domain/decisions/fail.ts';
import { observeInclusion, observeReorg } from '../../../src/domain/decisions/observe-block.ts';
import type { Decision } from '../../../src/domain/decisions/decision.ts';
import type { Transaction } from '../../../src/domain/transaction/transaction.ts';
import { fresh, memory } from '../../support/storage.ts';
import { commit, put, transactionId } from '../../support/stored.ts';
import { broadcast, failed, included, inclusion, NOW, queued, settled, txHash } from '../../support/transactions.ts';

const ID = transactionId(1);
type Command = Parameters<CloseFailure['close']>[0];
const command = (changes: Partial<Command> = {}): Command => ({
  id: ID,
  actor: { name: 'user:ada', requestId: 'request-1' },
  reason: 'paid by hand',
  expectedVersions: null,
  ...changes,
});
const opened: FailureChange = {
  kind: 'opened',
  transactionId: ID,
  code: 'would_revert',
  message: 'm',
  nodeMessage: null,
};

describe('a close', () => {
  const storage = fresh(memory);
  let close: Close;
  let retry: Retry;
  beforeEach(() => {
    close = new Close(storage());
    retry = new Retry(storage());
  });
  const aFailedOne = async (live: boolean) => {
    const bytes = live ? { liveNonce: 7, attemptHash: txHash(7) } : { liveNonce: null, attemptHash: null };
    const row = await put(storage(), 1, failed({ ...bytes, failureCode: 'would_revert' }));
    await commit(storage(), { failures: [opened] });
    return row;
  };
  const view = async () => {
    const one = await storage().views.one(ID);
    if (one === null) throw new Error('not there');
    return one;
  };
  const row = async (): Promise<Transaction> => {
    const one = (await storage().work.transactions([ID])).get(ID);
    if (one === undefined) throw new Error('not there');
    return one;
  };
  const write = (decision: Decision | null) => {
    if (decision === null) throw new Error('the table refuses it');
    return commit(storage(), changesOf([decision]));
  };
  const open = async () => (await storage().work.openFailures(9, null)).length;
  const audit = async () => (await storage().views.audit(10, null)).items;
  const letters = async () => (await storage().outbox.take(99)).flatMap((message) => message.letters);

  it('takes the failure from the open ones, and its letter away; the status stays', async () => {
    const { version } = await aFailedOne(false);
    expect(await close.close(command())).toEqual({ kind: 'done', id: ID });
    expect(await view()).toMatchObject({
      status: 'failed',
      version: version + 1,
      failure: { code: 'would_revert' },
      closed: { at: storage().clock.now(), by: 'user:ada', reason: 'paid by hand' },
      settled: true,
    });
    expect(await open()).toBe(0);
    expect(await letters()).toEqual([{ kind: 'remove', transactionId: ID }]);
  });

  it('says who did it, why, and in which request', async () => {
    await aFailedOne(false);
    await close.close(command());
    expect(await audit()).toMatchObject([
      {
        actor: 'user:ada',
        action: 'close',
        transactionId: ID,
        reason: 'paid by hand',
        detail: null,
        requestId: 'request-1',
      },
    ]);
    expect((await view()).events.at(-1)).toMatchObject({
      type: 'Closed',
      from: 'failed',
      to: 'failed',
      actor: 'user:ada',
      detail: { reason: 'paid by hand' },
    });
  });

  it.each<Transaction>([
    queued(),
    broadcast({ heldNonce: 7, liveNonce: 7, attemptHash: txHash(7) }),
    included({ heldNonce: null, liveNonce: 7, includedFrom: 'failed', failureCode: 'would_revert' }),
    settled('confirmed'),
    settled('cancelled'),
  ])('is refused where nothing is failed: $status', async (state) => {
    await put<Transaction>(storage(), 1, state);
    expect(await close.close(command())).toMatchObject({
      kind: 'illegal',
      current: { status: state.status, version: 2 },
      message: `only an open failure can be closed; this transaction is ${state.status}`,
    });
    expect(await audit()).toEqual([]);
  });

  it('is refused the second time, and what was said first stands', async () => {
    const { version } = await aFailedOne(false);
    await close.close(command());
    const again = await close.close(command({ reason: 'another', actor: { name: 'user:bob', requestId: null } }));
    expect(again).toMatchObject({ kind: 'illegal', current: { status: 'failed', version: version + 1 } });
    expect(again).toHaveProperty('message', expect.stringContaining('closed by user:ada at 20'));
    expect((await view()).closed?.reason).toBe('paid by hand');
    expect(await audit()).toHaveLength(1);
  });

  it('is refused for a version that is not the present one, and where nothing is on record', async () => {
    const { version } = await aFailedOne(false);
    const current = { status: 'failed', version };
    expect(await close.close(command({ expectedVersions: [version - 1] }))).toEqual({
      kind: 'versionConflict',
      current,
    });
    expect(await close.close(command({ id: transactionId(9) }))).toEqual({ kind: 'notFound' });
    expect(await close.close(command({ expectedVersions: [version] }))).toMatchObject({ kind: 'done' });
  });

  it('at the same moment as a retry: never both as they were seen', async () => {
    const { version } = await aFailedOne(false);
    const retried = retry.retry({ ...command({ expectedVersions: [version] }), changes: {} });
    const results = await Promise.all([close.close(command({ expectedVersions: [version] })), retried]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'versionConflict']);
    const { status, closed } = await view();
    expect([status, closed === null]).toEqual(results[0].kind === 'done' ? ['failed', false] : ['queued', true]);
  });

  it('can be followed by a retry; one that fails again is open', async () => {
    await aFailedOne(false);
    await close.close(command());
    expect(await retry.retry({ ...command(), changes: {} })).toMatchObject({ kind: 'done' });
    expect(await view()).toMatchObject({ status: 'queued', closed: null, failure: null });
    expect(await open()).toBe(0);
    await write(fail(await row(), 'node_rejected'));
    expect(await view()).toMatchObject({ status: 'failed', closed: null });
    expect(await open()).toBe(1);
    expect((await letters()).at(-1)).toMatchObject({ kind: 'put', transactionId: ID });
    expect(await close.close(command())).toMatchObject({ kind: 'done' });
  });

  it('holds over a late inclusion and its reorg: it is closed again, and no letter comes back', async () => {
    await aFailedOne(true);
    await close.close(command());
    await write(observeInclusion(await row(), inclusion()));
    expect(await view()).toMatchObject({ status: 'included', closed: null });
    expect(await close.close(command())).toMatchObject({ kind: 'illegal', current: { status: 'included' } });
    await write(observeReorg(await row(), inclusion().block, NOW));
    expect(await view()).toMatchObject({ status: 'failed', closed: { reason: 'paid by hand' } });
    expect(await open()).toBe(0);
    expect((await letters()).filter(({ kind }) => kind === 'put')).toEqual([]);
    expect(await close.close(command())).toMatchObject({ kind: 'illegal' });
  });
});
