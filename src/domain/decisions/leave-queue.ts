import type { Millis } from '../primitives.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { decide, type Decision } from './decision.ts';
import { fail } from './fail.ts';

/**
 * A queued row that must not be signed any more: its cancel was accepted and nothing of it can be mined (rule 11), or `validUntil` has
 * passed (invariant 8: expired only without a live attempt, else failed `expired`). Null: it stays.
 */
export function leaveQueue(transaction: Transaction, now: Millis): Decision | null {
  if (transaction.status !== 'queued') return null;
  if (transaction.cancelRequested && transaction.liveNonce === null) return decide(transaction, { type: 'Cancelled' });
  if (transaction.validUntil === null || transaction.validUntil > now) return null;
  return transaction.liveNonce === null ? decide(transaction, { type: 'Expired' }) : fail(transaction, 'expired');
}
