import { describe, expect, it } from 'vitest';
import type { AttemptKind } from '../../../../src/domain/transaction/attempt.ts';
import type { LifecycleEvent } from '../../../../src/domain/transaction/event.ts';
import type { Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { transition } from '../../../../src/domain/transaction/transition.ts';
import { exampleEvent } from '../../../support/lifecycle-examples.ts';
import { broadcast, failed, included, inclusion, queued, signed, txHash } from '../../../support/transactions.ts';

const refused = (row: Transaction, event: LifecycleEvent): string | null => {
  const result = transition(row, event);
  return result.ok ? null : result.error.because;
};
const bytes = { liveNonce: 7, attemptHash: txHash(7) };
const reserve = (nonce: number): LifecycleEvent => ({ type: 'NonceReserved', nonce });
const sign = (kind: AttemptKind): LifecycleEvent => ({ type: 'Signed', hash: txHash(8), kind, dueAt: null });
const add = (kind: AttemptKind): LifecycleEvent => ({ type: 'AttemptAdded', hash: txHash(8), kind, dueAt: null });

describe('rule 1: with a live attempt, that nonce or none', () => {
  it('takes its own nonce again', () => {
    expect(refused(queued(bytes), reserve(7))).toBeNull();
  });
  it.each([6, 8, 0])('takes no other: %i', (nonce) => {
    expect(refused(queued(bytes), reserve(nonce))).toBe('otherLiveNonce');
  });
  it('takes any once nothing of it is live', () => {
    expect(refused(queued({ attemptHash: txHash(7) }), reserve(0))).toBeNull();
  });
  it('takes no second one', () => {
    expect(refused(queued({ heldNonce: 7 }), reserve(8))).toBe('holdsNonceAlready');
    expect(refused(queued({ heldNonce: 7 }), reserve(7))).toBe('holdsNonceAlready');
  });
  it('signs at the nonce of its live attempts only', () => {
    expect(refused(queued({ ...bytes, heldNonce: 7 }), sign('original'))).toBeNull();
    expect(refused(queued({ ...bytes, heldNonce: 8 }), sign('original'))).toBe('otherLiveNonce');
  });
  it('signs nothing without a nonce', () => {
    expect(refused(queued(), sign('original'))).toBe('holdsNoNonce');
    expect(refused(queued(bytes), sign('original'))).toBe('holdsNoNonce');
  });
});

describe('rule 11: a wish to cancel is kept', () => {
  const wish = { cancelRequested: true };
  it('signs cancel bytes only', () => {
    for (const kind of ['original', 'replacement'] as const) {
      expect(refused(queued({ ...bytes, ...wish, heldNonce: 7 }), sign(kind))).toBe('cancelRequested');
      expect(refused(signed(wish), add(kind))).toBe('cancelRequested');
      expect(refused(broadcast(wish), add(kind))).toBe('cancelRequested');
    }
    expect(refused(queued({ ...bytes, ...wish, heldNonce: 7 }), sign('cancel'))).toBeNull();
    expect(refused(signed(wish), add('cancel'))).toBeNull();
    expect(refused(broadcast(wish), add('cancel'))).toBeNull();
  });
  it('signs no cancel bytes that nobody asked for', () => {
    expect(refused(queued({ heldNonce: 7 }), sign('cancel'))).toBe('cancelNotRequested');
    expect(refused(signed(), add('cancel'))).toBe('cancelNotRequested');
    expect(refused(broadcast(), add('cancel'))).toBe('cancelNotRequested');
  });
  it('takes a nonce for cancel bytes only where there is something to cancel', () => {
    expect(refused(queued(wish), reserve(7))).toBe('cancelRequested');
    expect(refused(queued({ ...wish, ...bytes }), reserve(7))).toBeNull();
  });
  it.each(['NonceLost', 'NonceReleased', 'Included', 'Failed', 'Published'] as const)('outlives %s', (type) => {
    const result = transition(signed(wish), exampleEvent(type));
    expect(result).toMatchObject({ ok: true, transaction: { cancelRequested: true } });
  });
  it('ends with an operator’s retry', () => {
    const result = transition(failed(wish), exampleEvent('Retried'));
    expect(result).toMatchObject({ ok: true, transaction: { cancelRequested: false } });
  });
});

describe('invariant 8: never mined is said only where nothing can be', () => {
  it.each(['Expired', 'Cancelled'] as const)('refuses %s with a live attempt, held or not', (type) => {
    expect(refused(queued(bytes), exampleEvent(type))).toBe('notInTable');
    expect(refused(queued({ ...bytes, heldNonce: 7 }), exampleEvent(type))).toBe('notInTable');
  });
  it('keeps a wish to cancel only where there is a live attempt', () => {
    expect(refused(queued(), exampleEvent('CancelRequested'))).toBe('notInTable');
    expect(refused(queued(bytes), exampleEvent('CancelRequested'))).toBeNull();
  });
  it.each([
    ['original', 'Confirmed', null],
    ['original', 'Reverted', null],
    ['original', 'CancelConfirmed', 'otherBytesMined'],
    ['replacement', 'Confirmed', null],
    ['replacement', 'CancelConfirmed', 'otherBytesMined'],
    ['cancel', 'Confirmed', 'otherBytesMined'],
    ['cancel', 'Reverted', 'otherBytesMined'],
    ['cancel', 'CancelConfirmed', null],
  ] as const)('%s bytes in the block, %s: %s', (kind, type, because) => {
    expect(refused(included({ inclusion: inclusion({ kind }) }), exampleEvent(type))).toBe(because);
  });
});

describe('rule 9: only live bytes are mined or lost', () => {
  const lose = (nonce: number): LifecycleEvent => ({ type: 'NonceLost', nonce, dueAt: 0 });
  it('refuses a loss of another nonce, or of none', () => {
    expect(refused(broadcast(), lose(8))).toBe('nothingLive');
    expect(refused(queued({ heldNonce: 7 }), lose(7))).toBe('nothingLive');
    expect(refused(failed({ liveNonce: null }), lose(7))).toBe('nothingLive');
  });
  it('refuses an inclusion of a row of which nothing is live', () => {
    expect(refused(queued(), exampleEvent('Included'))).toBe('nothingLive');
    expect(refused(failed({ liveNonce: null }), exampleEvent('Included'))).toBe('nothingLive');
  });
  it('gives back only what is held', () => {
    expect(refused(queued(bytes), exampleEvent('NonceReleased'))).toBe('holdsNoNonce');
  });
});
