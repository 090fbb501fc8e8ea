import { describe, expect, it } from 'vitest';
import { LIFECYCLE_EVENT_TYPES, type LifecycleEventType } from '../../../../src/domain/transaction/event.ts';
import { STATUSES, type Status, type Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { transition } from '../../../../src/domain/transaction/transition.ts';
import { exampleEvent, rowsOf } from '../../../support/lifecycle-examples.ts';
import { broadcast, failed, included, inclusion, queued, signed, txHash } from '../../../support/transactions.ts';

const bytes = { liveNonce: 7, attemptHash: txHash(7) };
const minedCancel = included({ inclusion: inclusion({ kind: 'cancel' }), cancelRequested: true });
const lateFrom = {
  queued: included({ includedFrom: 'queued', heldNonce: null }),
  failed: included({ includedFrom: 'failed', heldNonce: null, failureCode: 'expired' }),
};

/** Written from the text of the rules, not from the code's table: where an event leads, and a row of which it does. */
const LEGAL: readonly (readonly [Transaction, LifecycleEventType, Status])[] = [
  [queued(), 'NonceReserved', 'queued'],
  [queued({ heldNonce: 7 }), 'Signed', 'signed'],
  [queued(bytes), 'Included', 'included'],
  [queued(bytes), 'NonceLost', 'queued'],
  [queued({ heldNonce: 7 }), 'NonceReleased', 'queued'],
  [queued(), 'Failed', 'failed'],
  [queued(), 'Expired', 'expired'],
  [queued(), 'Cancelled', 'cancelled'],
  [queued(bytes), 'CancelRequested', 'queued'],

  [signed(), 'Published', 'broadcast'],
  [signed(), 'AttemptAdded', 'signed'],
  [signed(), 'CancelRequested', 'signed'],
  [signed(), 'Included', 'included'],
  [signed(), 'NonceLost', 'queued'],
  [signed(), 'NonceReleased', 'queued'],
  [signed(), 'Failed', 'failed'],

  [broadcast(), 'Published', 'broadcast'],
  [broadcast(), 'AttemptAdded', 'broadcast'],
  [broadcast(), 'CancelRequested', 'broadcast'],
  [broadcast(), 'Included', 'included'],
  [broadcast(), 'NonceLost', 'queued'],
  [broadcast(), 'NonceReleased', 'queued'],
  [broadcast(), 'Failed', 'failed'],

  [included(), 'Reorged', 'broadcast'],
  [lateFrom.queued, 'Reorged', 'queued'],
  [lateFrom.failed, 'Reorged', 'failed'],
  [included(), 'Confirmed', 'confirmed'],
  [included(), 'Reverted', 'reverted'],
  [minedCancel, 'CancelConfirmed', 'cancelled'],

  [failed(), 'Retried', 'queued'],
  [failed(), 'Included', 'included'],
  [failed(), 'NonceLost', 'failed'],
];

const legalPairs = new Set(LEGAL.map(([row, event]) => `${row.status} + ${event}`));
const illegal = STATUSES.flatMap((status) => LIFECYCLE_EVENT_TYPES.map((event) => ({ status, event }))).filter(
  ({ status, event }) => !legalPairs.has(`${status} + ${event}`),
);

describe('the transition table', () => {
  it.each(LEGAL.map(([row, event, to]) => ({ row, event, to, from: row.status })))(
    '$from + $event → $to',
    ({ row, event, to }) => {
      const result = transition(row, exampleEvent(event));
      expect(result).toMatchObject({ ok: true, transaction: { status: to, id: row.id } });
    },
  );

  it('has 30 of the 144 pairs', () => {
    expect(legalPairs.size).toBe(30);
    expect(illegal).toHaveLength(144 - 30);
  });

  it.each(illegal)('refuses $status + $event with a typed error, whatever the row', ({ status, event }) => {
    const rows = rowsOf(status);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(transition(row, exampleEvent(event))).toEqual({
        ok: false,
        error: { kind: 'IllegalTransition', status, event, because: 'notInTable' },
      });
    }
  });
});
