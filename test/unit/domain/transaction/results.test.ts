import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIFECYCLE_EVENT_TYPES, type LifecycleEvent } from '../../../../src/domain/transaction/event.ts';
import { isOpen, isSettled, type Status, type Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { transition } from '../../../../src/domain/transaction/transition.ts';
import { exampleEvent } from '../../../support/lifecycle-examples.ts';
import { inclusion, queued, settled, failed, txHash } from '../../../support/transactions.ts';

const COMMON =
  'id chainId signer version revision cancelRequested validUntil retry liveNonce attemptHash status heldNonce';
const KEYS: { readonly [S in Status]: string } = {
  queued: COMMON,
  signed: COMMON,
  broadcast: COMMON,
  included: `${COMMON} includedFrom inclusion failureCode`,
  failed: `${COMMON} failureCode`,
  confirmed: `${COMMON} inclusion`,
  reverted: `${COMMON} inclusion`,
  cancelled: `${COMMON} inclusion`,
  expired: `${COMMON} inclusion`,
};

/** What each member of the union promises beyond its keys. */
function assertMeaning(row: Transaction): void {
  expect(Object.keys(row).sort()).toEqual(KEYS[row.status].split(' ').sort());
  expect(Object.values(row)).not.toContain(undefined);
  if (!isOpen(row.status)) expect(row.heldNonce).toBeNull();
  if (row.heldNonce !== null && row.liveNonce !== null) expect(row.heldNonce).toBe(row.liveNonce);
  if (row.liveNonce !== null) expect(row.attemptHash).not.toBeNull();
  switch (row.status) {
    case 'queued':
      return;
    case 'signed':
    case 'broadcast':
      expect(row.heldNonce).toBeTypeOf('number');
      expect(row.liveNonce).toBe(row.heldNonce);
      return;
    case 'included':
      expect(row.liveNonce).not.toBeNull();
      expect(row.failureCode !== null).toBe(row.includedFrom === 'failed');
      if (row.includedFrom === 'broadcast') expect(row.heldNonce).toBeTypeOf('number');
      if (row.includedFrom === 'failed') expect(row.heldNonce).toBeNull();
      expect(row.retry.dueAt).toBeNull();
      return;
    case 'failed':
      expect(row.failureCode).toBeTypeOf('string');
      expect(row.retry.dueAt).toBeNull();
      return;
    case 'confirmed':
    case 'reverted':
    case 'cancelled':
    case 'expired':
      expect(row.liveNonce).toBeNull();
      expect(row.retry.dueAt).toBeNull();
      if (row.status === 'expired') expect(row.inclusion).toBeNull();
      if (row.status === 'confirmed' || row.status === 'reverted') {
        expect(row.inclusion).not.toBeNull();
        expect(row.revision).toBe(row.inclusion?.revision);
      }
  }
}

const anyKind = fc.constantFrom('original', 'replacement', 'cancel' as const);
const anyNonce = fc.integer({ min: 6, max: 8 });
/** Events with facts of all sorts, fitting or not. */
const anyEvent: fc.Arbitrary<LifecycleEvent> = fc
  .record({
    type: fc.constantFrom(...LIFECYCLE_EVENT_TYPES),
    nonce: anyNonce,
    kind: anyKind,
    hash: fc.integer({ min: 1, max: 9 }).map(txHash),
    revision: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ type, nonce, kind, hash, revision }): LifecycleEvent => {
    const example = exampleEvent(type);
    if (example.type === 'NonceReserved' || example.type === 'NonceLost') return { ...example, nonce };
    if (example.type === 'Signed' || example.type === 'AttemptAdded') return { ...example, kind, hash };
    if (example.type === 'Included') return { ...example, inclusion: inclusion({ kind, hash, revision }) };
    return example.type === 'Retried' ? { ...example, revision } : example;
  });

describe('every result', () => {
  it('has the shape and the meaning of its status, and the row it came from is untouched', () => {
    const seen = new Set<Status>();
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 20, maxLength: 120 }), (events) => {
        let row: Transaction = queued();
        for (const event of events) {
          const before = structuredClone(row);
          const result = transition(row, event);
          expect(row).toEqual(before);
          if (!result.ok) continue;
          row = result.transaction;
          assertMeaning(row);
          seen.add(row.status);
          for (const key of ['id', 'chainId', 'signer', 'version'] as const) expect(row[key]).toBe(before[key]);
        }
      }),
      { numRuns: 500, seed: 9 },
    );
    expect([...seen].sort()).toEqual(Object.keys(KEYS).sort());
  });
});

describe('isSettled', () => {
  it.each(['confirmed', 'reverted', 'cancelled', 'expired'] as const)('is true of %s', (status) => {
    expect(isSettled(settled(status))).toBe(true);
  });
  it('is true of failed only once its attempts are written off', () => {
    expect(isSettled(failed())).toBe(false);
    expect(isSettled(failed({ liveNonce: null }))).toBe(true);
  });
  it.each(['queued', 'signed', 'broadcast', 'included'] as const)('is false of %s', (status) => {
    expect(isSettled({ status, liveNonce: null })).toBe(false);
  });
});
