import type { BlockRef, Millis } from '../primitives.ts';
import type { AttemptKind } from '../transaction/attempt.ts';
import type { Inclusion, Transaction } from '../transaction/transaction.ts';
import { advance, decide, type Decision } from './decision.ts';

/** One of the row's live attempts is in the block that the cursor moves onto. Null: it is settled, or included already. */
export const observeInclusion = (transaction: Transaction, inclusion: Inclusion): Decision | null =>
  decide(transaction, { type: 'Included', inclusion }, { block: inclusion.block.number, hash: inclusion.hash });

/** The row's block is no longer in the cursor's chain: back to where it came from (invariant 8), due at once. */
export const observeReorg = (transaction: Transaction, block: BlockRef, now: Millis): Decision | null =>
  decide(transaction, { type: 'Reorged', dueAt: now }, { block: block.number });

/**
 * The row's block is final: what its receipt says decides, and what kind of bytes were mined. It goes on from what the same commit decides
 * already, since a block may be final the moment it is seen.
 */
export function observeFinality(decision: Decision, succeeded: boolean): Decision | null {
  if (decision.after.status !== 'included') return null;
  const kind: AttemptKind = decision.after.inclusion.kind;
  // Cancel bytes are a transfer to self: mined is all that is asked of them.
  if (kind === 'cancel') return advance(decision, { type: 'CancelConfirmed' });
  return advance(decision, { type: succeeded ? 'Confirmed' : 'Reverted' });
}

/**
 * The nonce of the row's live attempts is final, and none of them was seen up to there by a tracker that read every block (rule 10):
 * nothing of it can be mined any more.
 */
export const observeNonceLost = (transaction: Transaction, finalNonceCount: number, now: Millis): Decision | null =>
  transaction.status !== 'included' && transaction.liveNonce !== null && transaction.liveNonce < finalNonceCount
    ? decide(
        transaction,
        { type: 'NonceLost', nonce: transaction.liveNonce, dueAt: now },
        { nonce: transaction.liveNonce },
      )
    : null;
