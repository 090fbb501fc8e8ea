import type { LifecycleEventType } from './event.ts';
import { type Included, type Status, type Transaction } from './transaction.ts';

/** Facts about a row that a guard may ask for. */
export type Guard =
  'always' | 'noLiveAttempt' | 'liveAttempt' | 'includedFromBroadcast' | 'includedFromQueued' | 'includedFromFailed';

export interface Transition {
  readonly from: Status;
  readonly event: LifecycleEventType;
  readonly to: Status;
  readonly when: Guard;
}

const row = (from: Status, event: LifecycleEventType, to: Status, when: Guard = 'always'): Transition => ({
  from,
  event,
  to,
  when,
});

/**
 * The transition table, as data. Nothing else decides which status follows which: `transition()` looks here, and the diagram in
 * docs/lifecycle.md is made from it. Every pair that is not here is an `IllegalTransition`.
 */
export const TRANSITIONS: readonly Transition[] = [
  row('queued', 'NonceReserved', 'queued'),
  row('queued', 'Signed', 'signed'),
  // Old bytes may be mined while the row waits for another try (rule 9).
  row('queued', 'Included', 'included'),
  row('queued', 'NonceLost', 'queued'),
  row('queued', 'NonceReleased', 'queued'),
  row('queued', 'Failed', 'failed'),
  // Both say "never mined", so they wait until nothing can be (invariant 8).
  row('queued', 'Expired', 'expired', 'noLiveAttempt'),
  row('queued', 'Cancelled', 'cancelled', 'noLiveAttempt'),
  row('queued', 'CancelRequested', 'queued', 'liveAttempt'),

  row('signed', 'Published', 'broadcast'),
  row('signed', 'AttemptAdded', 'signed'),
  row('signed', 'CancelRequested', 'signed'),
  // A block may come before the node's answer is on record.
  row('signed', 'Included', 'included'),
  row('signed', 'NonceLost', 'queued'),
  row('signed', 'NonceReleased', 'queued'),
  row('signed', 'Failed', 'failed'),

  row('broadcast', 'Published', 'broadcast'),
  row('broadcast', 'AttemptAdded', 'broadcast'),
  row('broadcast', 'CancelRequested', 'broadcast'),
  row('broadcast', 'Included', 'included'),
  row('broadcast', 'NonceLost', 'queued'),
  row('broadcast', 'NonceReleased', 'queued'),
  row('broadcast', 'Failed', 'failed'),

  row('included', 'Reorged', 'broadcast', 'includedFromBroadcast'),
  row('included', 'Reorged', 'queued', 'includedFromQueued'),
  row('included', 'Reorged', 'failed', 'includedFromFailed'),
  row('included', 'Confirmed', 'confirmed'),
  row('included', 'Reverted', 'reverted'),
  row('included', 'CancelConfirmed', 'cancelled'),

  row('failed', 'Retried', 'queued'),
  row('failed', 'Included', 'included'),
  row('failed', 'NonceLost', 'failed'),
];

const INCLUDED_FROM: Record<Included['includedFrom'], Guard> = {
  broadcast: 'includedFromBroadcast',
  queued: 'includedFromQueued',
  failed: 'includedFromFailed',
};

function holds(guard: Guard, transaction: Transaction): boolean {
  switch (guard) {
    case 'always':
      return true;
    case 'noLiveAttempt':
      return transaction.liveNonce === null;
    case 'liveAttempt':
      return transaction.liveNonce !== null;
    case 'includedFromBroadcast':
    case 'includedFromQueued':
    case 'includedFromFailed':
      return transaction.status === 'included' && INCLUDED_FROM[transaction.includedFrom] === guard;
  }
}

/** Where an event leads from this row, or null where the table has no such pair. */
export function targetStatus(transaction: Transaction, event: LifecycleEventType): Status | null {
  const found = TRANSITIONS.find(
    (t) => t.from === transaction.status && t.event === event && holds(t.when, transaction),
  );
  return found?.to ?? null;
}
