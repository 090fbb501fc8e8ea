import { describe, expect, it } from 'vitest';
import type { LifecycleEvent, LifecycleEventType } from '../../../../src/domain/transaction/event.ts';
import type { Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { reschedule, transition, type TransitionResult } from '../../../../src/domain/transaction/transition.ts';
import { exampleEvent, rowsOf } from '../../../support/lifecycle-examples.ts';
import {
  broadcast,
  failed,
  included,
  inclusion,
  NOW,
  queued,
  settled,
  signed,
  txHash,
} from '../../../support/transactions.ts';

function moved(row: Transaction, type: LifecycleEventType): Extract<TransitionResult, { ok: true }> {
  const result = transition(row, exampleEvent(type));
  if (!result.ok) throw new Error(result.error.because);
  return result;
}
type Case<Expected> = readonly [Transaction, LifecycleEventType, Expected];
const cases = <Expected>(...rows: readonly Case<Expected>[]) =>
  rows.map(([row, type, expected]) => ({ from: row.status, row, type, expected }));

const bytes = { liveNonce: 7, attemptHash: txHash(7) };
const minedCancel = included({ inclusion: inclusion({ kind: 'cancel' }), cancelRequested: true });
const late = included({ includedFrom: 'failed', heldNonce: null, failureCode: 'retries_exhausted' });

describe('which nonce a row holds afterwards (invariant 4)', () => {
  it.each(
    cases(
      [queued(), 'NonceReserved', 7],
      [queued({ heldNonce: 7 }), 'Signed', 7],
      [signed(), 'Published', 7],
      [broadcast(), 'Published', 7],
      [broadcast(), 'AttemptAdded', 7],
      [broadcast(), 'CancelRequested', 7],
      [broadcast(), 'Included', 7],
      [queued({ ...bytes, heldNonce: 7 }), 'Included', 7],
      [queued(bytes), 'Included', null],
      [failed(), 'Included', null],
      [included(), 'Reorged', 7],
      [included({ includedFrom: 'queued' }), 'Reorged', 7],
      [included({ includedFrom: 'queued', heldNonce: null }), 'Reorged', null],
      [late, 'Reorged', null],
      [queued({ heldNonce: 7 }), 'NonceReleased', null],
      [signed(), 'NonceReleased', null],
      [broadcast(), 'NonceReleased', null],
      [queued({ heldNonce: 7 }), 'Failed', null],
      [signed(), 'Failed', null],
      [broadcast(), 'Failed', null],
      [queued({ heldNonce: 7 }), 'Expired', null],
      [queued({ heldNonce: 7 }), 'Cancelled', null],
      [broadcast(), 'NonceLost', null],
      [queued({ ...bytes, heldNonce: 7 }), 'NonceLost', null],
      [included(), 'Confirmed', null],
      [included(), 'Reverted', null],
      [minedCancel, 'CancelConfirmed', null],
      [failed(), 'Retried', null],
    ),
  )('$from + $type → $expected', ({ row, type, expected: held }) => {
    expect(moved(row, type).transaction.heldNonce).toBe(held);
  });
});

describe('what is live afterwards (rules 1 and 9)', () => {
  it.each(
    cases(
      [signed(), 'Published', 'keep'],
      [signed(), 'NonceReleased', 'keep'],
      [broadcast(), 'NonceReleased', 'keep'],
      [broadcast(), 'Failed', 'keep'],
      [broadcast(), 'Included', 'keep'],
      [included(), 'Reorged', 'keep'],
      [failed(), 'Included', 'keep'],
      [failed(), 'Retried', 'keep'],
      [late, 'Reorged', 'keep'],
    ),
  )('$from + $type: no refusal ends it', ({ row, type, expected }) => {
    const { transaction, effects } = moved(row, type);
    expect(transaction.liveNonce).toBe(7);
    expect(effects.attempts).toBe(expected);
  });
  it('signing makes its nonce the one', () => {
    const { transaction } = moved(queued({ heldNonce: 7 }), 'Signed');
    expect(transaction).toMatchObject({ liveNonce: 7, attemptHash: txHash(8) });
  });
  it.each(
    cases(
      [broadcast(), 'NonceLost', 'writeOff'],
      [failed(), 'NonceLost', 'writeOff'],
      [included(), 'Confirmed', 'settle'],
      [included(), 'Reverted', 'settle'],
      [minedCancel, 'CancelConfirmed', 'settle'],
    ),
  )('$from + $type: $expected', ({ row, type, expected: attempts }) => {
    const { transaction, effects } = moved(row, type);
    expect(transaction.liveNonce).toBeNull();
    expect(effects.attempts).toBe(attempts);
  });
  it('the newest bytes are the ones that are sent', () => {
    expect(moved(broadcast(), 'AttemptAdded').transaction.attemptHash).toBe(txHash(9));
  });
});

describe('rule 12: what was mined is what is shown', () => {
  const older = included({ revision: 2, inclusion: inclusion({ revision: 1 }) });
  it.each(['Confirmed', 'Reverted'] as const)('%s shows the mined revision', (type) => {
    expect(moved(older, type).transaction).toMatchObject({ revision: 1, inclusion: older.inclusion });
  });
  it('a cancel executes no revision', () => {
    const row = included({ ...minedCancel, revision: 2, inclusion: inclusion({ kind: 'cancel', revision: 1 }) });
    expect(moved(row, 'CancelConfirmed').transaction.revision).toBe(2);
  });
});

describe('the retry', () => {
  const retry = { count: 5, dueAt: NOW + 9, lastError: 'unavailable' } as const;
  it('starts anew with an operator’s retry only', () => {
    expect(moved(failed({ retry }), 'Retried').transaction.retry).toEqual({ count: 0, dueAt: NOW, lastError: null });
    for (const type of ['Published', 'NonceLost', 'AttemptAdded', 'CancelRequested', 'Included', 'Failed'] as const)
      expect(moved(signed({ retry }), type).transaction.retry.count).toBe(5);
    expect(moved(queued({ retry }), 'NonceReserved').transaction.retry).toEqual(retry);
    expect(moved(queued({ retry, heldNonce: 7 }), 'Signed').transaction.retry.count).toBe(5);
    expect(moved(included({ retry }), 'Reorged').transaction.retry.count).toBe(5);
  });
  it('is planned by what gives the nonce back', () => {
    const { transaction } = moved(signed({ retry }), 'NonceReleased');
    expect(transaction.retry).toEqual({ count: 1, dueAt: NOW, lastError: 'cannotSign' });
  });
  it('forgets the trouble when a node has the bytes', () => {
    expect(moved(signed({ retry }), 'Published').transaction.retry.lastError).toBeNull();
  });
  it.each(
    cases(
      [failed({ retry }), 'NonceLost', null],
      [broadcast({ retry }), 'NonceLost', NOW],
      [included(), 'Reorged', NOW],
      [late, 'Reorged', null],
      [broadcast({ retry }), 'CancelRequested', NOW],
    ),
  )('$from + $type is due at $expected', ({ row, type, expected: dueAt }) => {
    expect(moved(row, type).transaction.retry.dueAt).toBe(dueAt);
  });
  it('is as the step that stored or sent the bytes plans it', () => {
    const later: readonly LifecycleEvent[] = [
      { type: 'Signed', hash: txHash(8), kind: 'original', dueAt: NOW + 1 },
      { type: 'Published', hash: txHash(8), dueAt: NOW + 2 },
      { type: 'AttemptAdded', hash: txHash(9), kind: 'replacement', dueAt: null },
    ];
    let row: Transaction = queued({ heldNonce: 7 });
    const due = later.map((event) => {
      const result = transition(row, event);
      if (result.ok) row = result.transaction;
      return row.retry.dueAt;
    });
    expect(due).toEqual([NOW + 1, NOW + 2, null]);
  });
  it.each(['Confirmed', 'Reverted'] as const)('ends with %s', (type) => {
    expect(moved(included({ retry }), type).transaction.retry.dueAt).toBeNull();
  });
  it('an operator’s retry brings its own revision and deadline', () => {
    const row = failed({ validUntil: 5, revision: 0 });
    expect(moved(row, 'Retried').transaction).toMatchObject({ revision: 1, validUntil: null });
  });
});

describe('what the commit must do beside the row', () => {
  it.each(
    cases(
      [broadcast(), 'Failed', 'opened'],
      [failed(), 'Retried', 'resolved'],
      [failed(), 'Included', 'resolved'],
      [late, 'Reorged', 'reopened'],
      [included(), 'Reorged', 'none'],
      [broadcast(), 'Included', 'none'],
      [failed(), 'NonceLost', 'none'],
    ),
  )('the failure of $from after $type: $expected', ({ row, type, expected: failure }) => {
    expect(moved(row, type).effects.failure).toBe(failure);
  });
  it('brings the failure back as it was', () => {
    const back = moved(moved(failed(), 'Included').transaction, 'Reorged').transaction;
    expect(back).toMatchObject({ status: 'failed', failureCode: 'retries_exhausted' });
  });
  it.each(
    cases(
      // Who lets a nonce go leaves a hole, which the lane heals at once (invariant 4).
      [signed(), 'NonceReleased', true],
      [broadcast(), 'Failed', true],
      [queued({ heldNonce: 7 }), 'Failed', true],
      [queued({ heldNonce: 7 }), 'Expired', true],
      [queued({ heldNonce: 7 }), 'Cancelled', true],
      [queued(), 'Failed', false],
      [queued(), 'Expired', false],
      [queued(), 'Cancelled', false],
      [broadcast(), 'NonceLost', true],
      [queued(bytes), 'NonceLost', true],
      [failed(), 'NonceLost', false],
      [included(), 'Reorged', true],
      [late, 'Reorged', false],
      [failed(), 'Retried', true],
      [broadcast(), 'CancelRequested', true],
      [signed(), 'Published', false],
      [included(), 'Confirmed', false],
    ),
  )('$from + $type wakes the lane: $expected', ({ row, type, expected: wake }) => {
    expect(moved(row, type).effects.wake).toBe(wake);
  });
});

describe('reschedule', () => {
  const plan = { count: 3, dueAt: NOW + 55_000, lastError: 'poolFull' } as const;
  it.each(['queued', 'signed', 'broadcast'] as const)('changes the retry of a %s row and nothing else', (status) => {
    for (const row of rowsOf(status)) expect(reschedule(row, plan)).toEqual({ ...row, retry: plan });
  });
  it('takes nothing else from the plan', () => {
    const more = { ...plan, status: 'confirmed' };
    expect(reschedule(queued(), more)).toEqual(queued({ retry: plan }));
  });
  it('leaves rows alone that wait for nothing of ours', () => {
    for (const row of [included(), failed(), settled('confirmed'), settled('reverted'), settled('cancelled')])
      expect(reschedule(row, plan)).toBe(row);
  });
});
