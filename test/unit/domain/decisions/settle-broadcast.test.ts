import { describe, expect, it } from 'vitest';
import type { RetryCause } from '../../../../src/domain/retry/retry-cause.ts';
import { settleBroadcast, type SendAnswer } from '../../../../src/domain/decisions/settle-broadcast.ts';
import { NODE_ERROR_CLASSES, type NodeErrorClass } from '../../../../src/domain/node-answer/node-error-class.ts';
import type { FailureCode } from '../../../../src/domain/transaction/failure.ts';
import { rowsOf } from '../../../support/lifecycle-examples.ts';
import { answered, broadcast, NOW, queued, signed, TRY, txHash } from '../../../support/transactions.ts';

const error = (name: NodeErrorClass, retryAfterMs: number | null = null): SendAnswer => ({
  kind: 'error',
  class: name,
  message: `words for ${name}`,
  retryAfterMs,
});

/** Written from docs/rules.md, "What a node's answer means": what becomes of the row on the first such answer. */
type Fate = 'published' | 'keeps, uncounted' | 'keeps, counted' | 'gives back, counted' | FailureCode;
const FATES: { readonly [C in NodeErrorClass]: Fate } = {
  alreadyKnown: 'published',
  reverted: 'would_revert',
  nonceTooLow: 'keeps, uncounted',
  nonceTooHigh: 'keeps, uncounted',
  replacementUnderpriced: 'keeps, uncounted',
  feeBelowBase: 'keeps, uncounted',
  underpriced: 'keeps, uncounted',
  insufficientFunds: 'gives back, counted',
  poolFull: 'keeps, counted',
  rateLimited: 'keeps, uncounted',
  feeCapExceeded: 'fee_cap_exceeded',
  invalid: 'node_rejected',
  unavailable: 'keeps, counted',
  unknown: 'keeps, counted',
};
/** And when its retries are used up, for those that count. */
const EXHAUSTED: Partial<Record<NodeErrorClass, FailureCode>> = {
  insufficientFunds: 'insufficient_funds',
  poolFull: 'retries_exhausted',
  unavailable: 'retries_exhausted',
  unknown: 'retries_exhausted',
};

const ROWS = { signed, broadcast };
const each = (['signed', 'broadcast'] as const).flatMap((status) =>
  NODE_ERROR_CLASSES.map((name) => ({ status, name, fate: FATES[name] })),
);

describe('what follows from each class of answer', () => {
  it.each(each)('$status, $name: $fate', ({ status, name, fate }) => {
    const row = ROWS[status]();
    const decision = settleBroadcast(row, answered(error(name)));
    const after = decision?.after;
    expect(after?.liveNonce).toBe(7);
    if (fate === 'published') {
      expect(after).toEqual(broadcast({ retry: { count: 0, dueAt: NOW + 15_000, lastError: null } }));
    } else if (fate === 'keeps, uncounted') {
      expect(after).toEqual({ ...row, retry: { count: 0, dueAt: NOW + 2_000, lastError: name } });
    } else if (fate === 'keeps, counted') {
      expect(after).toEqual({ ...row, retry: { count: 1, dueAt: NOW + 25_000, lastError: name } });
    } else if (fate === 'gives back, counted') {
      const retry = { count: 1, dueAt: NOW + 25_000, lastError: name };
      expect(after).toEqual(queued({ liveNonce: 7, attemptHash: txHash(7), retry }));
      expect(decision?.timeline).toMatchObject([{ type: 'NonceReleased', detail: { reason: name, retry: 1 } }]);
    } else {
      expect(after).toMatchObject({ status: 'failed', heldNonce: null, failureCode: fate });
      expect(decision?.failure).toMatchObject({ code: fate, nodeMessage: `words for ${name}` });
      expect(decision?.failure?.message).not.toContain('words for');
    }
  });

  it.each(each)('$status, $name, retries used up', ({ status, name, fate }) => {
    const row = ROWS[status]({ retry: { count: 16, dueAt: NOW, lastError: null } });
    const decision = settleBroadcast(row, answered(error(name)));
    const code = EXHAUSTED[name];
    if (code === undefined) {
      // What is not counted does not fail by counting.
      expect(decision?.after.status).toBe(
        fate === 'published' ? 'broadcast' : fate.startsWith('keeps') ? status : 'failed',
      );
      expect(decision?.after.retry.count).toBe(16);
    } else {
      expect(decision?.after).toMatchObject({ status: 'failed', failureCode: code, heldNonce: null, liveNonce: 7 });
      expect(decision?.failure?.nodeMessage).toBe(`words for ${name}`);
    }
  });

  it.each(['signed', 'broadcast'] as const)('%s, taken: broadcast, looked at later', (status) => {
    const row = ROWS[status]({ retry: { count: 3, dueAt: NOW, lastError: 'unavailable' } });
    const decision = settleBroadcast(row, answered({ kind: 'taken' }));
    expect(decision?.after).toEqual(broadcast({ retry: { count: 3, dueAt: NOW + 15_000, lastError: null } }));
  });
});

describe('a provider that limits us', () => {
  it.each([
    [null, 2_000],
    [500, 2_000],
    [30_000, 30_000],
  ])('says to wait %s ms: %i ms', (retryAfterMs, waitMs) => {
    const decision = settleBroadcast(signed(), answered(error('rateLimited', retryAfterMs)));
    expect(decision?.after.retry).toEqual({ count: 0, dueAt: NOW + waitMs, lastError: 'rateLimited' });
  });
});

describe('no answer for these bytes', () => {
  const after = (count: number, othersGoOn: boolean, name: NodeErrorClass = 'unavailable') =>
    settleBroadcast(signed({ retry: { count, dueAt: NOW, lastError: name } }), answered(error(name), { othersGoOn }))
      ?.after;
  it('keeps the nonce while the node answers for nobody', () => {
    for (let count = 0; count < 16; count++) expect(after(count, false)).toMatchObject({ heldNonce: 7 });
  });
  it.each(['unavailable', 'unknown'] as const)('gives it back at the third try while others go on: %s', (name) => {
    expect(after(0, true, name)).toMatchObject({ status: 'signed', heldNonce: 7, retry: { count: 1 } });
    expect(after(1, true, name)).toMatchObject({ status: 'signed', heldNonce: 7, retry: { count: 2 } });
    expect(after(2, true, name)).toMatchObject({
      status: 'queued',
      heldNonce: null,
      liveNonce: 7,
      retry: { count: 3 },
    });
  });
  it('is no reason where the pool is full for all', () => {
    expect(after(5, true, 'poolFull')).toMatchObject({ status: 'signed', heldNonce: 7 });
  });
});

describe('an answer that comes late', () => {
  const answers: readonly SendAnswer[] = [{ kind: 'taken' }, ...NODE_ERROR_CLASSES.map((name) => error(name))];
  it.each(['queued', 'included', 'failed', 'confirmed', 'reverted', 'cancelled', 'expired'] as const)(
    'changes nothing of a row that is %s by now',
    (status) => {
      for (const row of rowsOf(status))
        for (const answer of answers) expect(settleBroadcast(row, answered(answer))).toBeNull();
      expect(
        settleBroadcast(queued({ heldNonce: 7, liveNonce: 7, attemptHash: txHash(7) }), answered({ kind: 'taken' })),
      ).toBeNull();
    },
  );
  it('changes nothing where the bytes are not the newest, or the nonce is another', () => {
    for (const answer of answers) {
      expect(settleBroadcast(broadcast({ attemptHash: txHash(8) }), answered(answer))).toBeNull();
      expect(settleBroadcast(signed({ heldNonce: 8 }), answered(answer))).toBeNull();
    }
  });
});

describe('the timeline', () => {
  it('tells an uncounted trouble once, and every counted one', () => {
    const told = (lastError: RetryCause, count: number, name: NodeErrorClass) =>
      settleBroadcast(signed({ retry: { count, dueAt: NOW, lastError } }), answered(error(name)))?.timeline;
    expect(told('unavailable', 2, 'nonceTooLow')).toMatchObject([
      { type: 'RetryScheduled', from: 'signed', to: 'signed', detail: { reason: 'nonceTooLow', retry: 2 } },
    ]);
    expect(told('nonceTooLow', 2, 'nonceTooLow')).toEqual([]);
    expect(told('unavailable', 2, 'unavailable')).toMatchObject([{ detail: { reason: 'unavailable', retry: 3 } }]);
  });
  it('a try that took longer than the wait is followed at once', () => {
    const slow = answered(error('unavailable'), { tryStartedAt: NOW - 60_000 });
    expect(settleBroadcast(signed(), slow)?.after.retry).toMatchObject({ count: 1, dueAt: NOW });
    expect(TRY.tryStartedAt).toBeLessThan(NOW);
  });
});
