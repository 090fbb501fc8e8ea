import { describe, expect, it } from 'vitest';
import { advance, decide, undecided, wait } from '../../../../src/domain/decisions/decision.ts';
import { codeWhenExhausted, fail, failure } from '../../../../src/domain/decisions/fail.ts';
import { retryOrFail } from '../../../../src/domain/decisions/retry-or-fail.ts';
import { FAILURE_CODES } from '../../../../src/domain/transaction/failure.ts';
import { exampleEvent, rowsOf } from '../../../support/lifecycle-examples.ts';
import { broadcast, failed, NOW, queued, signed, TRY } from '../../../support/transactions.ts';

describe('several events in one commit', () => {
  it('add up: both on the timeline, the row from where it was, all effects', () => {
    const row = failed();
    const first = decide(row, exampleEvent('Included'), { block: 40 });
    const both = first && advance(first, exampleEvent('Confirmed'));
    expect(both?.before).toBe(row);
    expect(both?.after.status).toBe('confirmed');
    expect(both?.timeline).toEqual([
      { type: 'Included', from: 'failed', to: 'included', detail: { block: 40 } },
      { type: 'Confirmed', from: 'included', to: 'confirmed', detail: null },
    ]);
    expect(both?.effects).toEqual({ attempts: 'settle', failure: 'resolved', wake: false });
  });
  it('of two words on a failure the last one counts', () => {
    const back = decide(failed(), exampleEvent('Included'));
    expect(back && advance(back, exampleEvent('Reorged'))?.effects.failure).toBe('reopened');
  });
  it('keep the failure and the wake-up of an earlier one', () => {
    const released = decide(signed(), exampleEvent('NonceReleased'));
    const then = released && advance(released, exampleEvent('NonceReserved'));
    expect(then?.effects.wake).toBe(true);
    const gone = decide(broadcast(), exampleEvent('Failed'));
    const seen = gone && advance(gone, exampleEvent('Included'));
    expect(seen?.failure).toEqual(gone?.failure);
  });
  it('begin with nothing', () => {
    const row = signed();
    const effects = { attempts: 'keep', failure: 'none', wake: false };
    expect(undecided(row)).toStrictEqual({ before: row, after: row, timeline: [], effects, failure: null });
  });
  it('are none where the table refuses one', () => {
    expect(decide(queued(), exampleEvent('Published'))).toBeNull();
    expect(advance(undecided(failed()), exampleEvent('Confirmed'))).toBeNull();
  });
});

describe('waiting', () => {
  const plan = { count: 0, dueAt: NOW + 5, lastError: 'nonceTooHigh' } as const;
  it('changes the retry only, and tells a new reason', () => {
    const decision = wait(signed(), plan, { nonce: 7 });
    expect(decision.after).toEqual(signed({ retry: plan }));
    expect(decision.effects).toEqual({ attempts: 'keep', failure: 'none', wake: false });
    expect(decision.timeline).toEqual([
      { type: 'RetryScheduled', from: 'signed', to: 'signed', detail: { reason: 'nonceTooHigh', retry: 0, nonce: 7 } },
    ]);
  });
  it.each([
    ['the same reason again', signed({ retry: plan }), plan, 0],
    ['no reason', signed(), { ...plan, lastError: null }, 0],
    ['another reason', signed({ retry: plan }), { ...plan, lastError: 'unknown' }, 1],
    ['one retry more', signed({ retry: plan }), { ...plan, count: 1 }, 1],
  ] as const)('%s', (_, row, retry, lines) => {
    expect(wait(row, retry).timeline).toHaveLength(lines);
  });
});

describe('a failure that counts', () => {
  const options = { releaseNonce: true, nodeMessage: 'words' };
  it('gives the nonce back where asked to and there is one', () => {
    expect(retryOrFail(signed(), TRY, 'cannotSign', options)?.after).toMatchObject({
      status: 'queued',
      heldNonce: null,
    });
    expect(retryOrFail(queued(), TRY, 'cannotSign', options)?.timeline).toMatchObject([{ type: 'RetryScheduled' }]);
  });
  it('keeps it where not', () => {
    const keep = { ...options, releaseNonce: false };
    expect(retryOrFail(signed(), TRY, 'unknown', keep)?.after).toMatchObject({ status: 'signed', heldNonce: 7 });
  });
  it.each(['included', 'failed', 'confirmed', 'reverted', 'cancelled', 'expired'] as const)(
    'is nothing to a row that moved on: %s',
    (status) => {
      for (const row of rowsOf(status))
        for (const policy of [TRY.policy, { ...TRY.policy, maxRetries: 0 }])
          expect(retryOrFail(row, { ...TRY, policy }, 'unknown', options)).toBeNull();
    },
  );
  it.each([
    ['insufficientFunds', 'insufficient_funds'],
    ['feeCapExceeded', 'fee_cap_exceeded'],
    ['cannotSign', 'cannot_sign'],
    ['unavailable', 'retries_exhausted'],
    ['evicted', 'retries_exhausted'],
  ] as const)('%s, to the end: %s', (lastError, code) => {
    expect(codeWhenExhausted(lastError)).toBe(code);
    const none = { ...TRY, policy: { ...TRY.policy, maxRetries: 0 } };
    const decision = retryOrFail(signed(), none, lastError, options);
    expect(decision?.after).toMatchObject({ status: 'failed', failureCode: code, heldNonce: null, liveNonce: 7 });
    expect(decision?.failure?.nodeMessage).toBe('words');
  });
});

describe('what a client reads of a failure', () => {
  it.each(FAILURE_CODES)('%s: what happened and what would help, without the node’s words', (code) => {
    const told = failure(code, 'raw words');
    expect(told).toMatchObject({ code, nodeMessage: 'raw words' });
    expect(told.message).toMatch(/^[A-Z].*\bretry\b.*\.$/);
    expect(told.message).not.toContain('raw words');
    expect(failure(code, null, 'Paused.').message).toBe(`${told.message} (Paused.)`);
  });
  it('is on the timeline', () => {
    expect(fail(signed(), 'node_rejected', 'raw words')?.timeline).toEqual([
      {
        type: 'Failed',
        from: 'signed',
        to: 'failed',
        detail: { code: 'node_rejected', message: failure('node_rejected').message },
      },
    ]);
  });
});
