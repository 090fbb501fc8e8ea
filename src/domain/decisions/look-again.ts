import type { Millis } from '../primitives.ts';
import type { TryFacts } from '../retry/count-failure.ts';
import type { Attempt } from '../transaction/attempt.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { decide, wait, type Decision } from './decision.ts';
import { retryOrFail } from './retry-or-fail.ts';

/** What a node knows of a hash, or `unanswered`. */
export type Sighting = 'mined' | 'pending' | 'unknown' | 'unanswered';

export interface LookFacts extends TryFacts {
  readonly sighting: Sighting;
  readonly attempt: Pick<Attempt, 'hash' | 'nonce' | 'publishedAt' | 'unknownLooks'>;
  readonly lookAgainMs: Millis;
  /** The nonce is the chain's next, or the node knows other bytes of this signer: nothing else explains that it does not know these. */
  readonly othersMove: boolean;
}

export interface LookResult {
  /** Null: nothing about the row changes (or it moved on). */
  readonly decision: Decision | null;
  /** The same bytes go to the node again, unless the decision took the nonce away. */
  readonly resend: boolean;
  readonly unknownLooks: number;
}

/** Looks without a sighting of bytes that were taken, before the nonce is given back. */
const EVICTED_LOOKS = 3;

/**
 * What a later look at sent bytes says. A hash in the answer was no proof: bytes that were taken and are unknown now, while the signer's
 * other transactions move, are a failure of their own; after a few such looks the nonce is given back (docs/rules.md).
 */
export function lookAgain(transaction: Transaction, facts: LookFacts): LookResult {
  const { attempt, now } = facts;
  const quiet = (decision: Decision | null): LookResult => ({ decision, resend: false, unknownLooks: 0 });
  if (transaction.heldNonce !== attempt.nonce || transaction.attemptHash !== attempt.hash) return quiet(null);
  if (transaction.status !== 'signed' && transaction.status !== 'broadcast') return quiet(null);
  const later = { ...transaction.retry, dueAt: now + facts.lookAgainMs };
  switch (facts.sighting) {
    case 'mined':
    case 'pending':
      // The answer to the send was lost: this is as good as it.
      return quiet(
        transaction.status === 'signed'
          ? decide(transaction, { type: 'Published', hash: attempt.hash, dueAt: now + facts.lookAgainMs })
          : wait(transaction, later),
      );
    case 'unanswered':
      // A node that is away counts while it is not known to have the bytes; what it has needs nothing from us but patience.
      // No answer says nothing of the bytes, so the looks without a sighting stand as they were.
      return {
        decision:
          transaction.status === 'signed'
            ? retryOrFail(transaction, facts, 'unavailable', { releaseNonce: false, nodeMessage: null })
            : wait(transaction, later),
        resend: false,
        unknownLooks: attempt.unknownLooks,
      };
    case 'unknown': {
      const taken = attempt.publishedAt !== null;
      if (!taken || !facts.othersMove) return { decision: null, resend: true, unknownLooks: attempt.unknownLooks };
      const unknownLooks = attempt.unknownLooks + 1;
      const evicted = unknownLooks >= EVICTED_LOOKS;
      const decision = retryOrFail(transaction, facts, 'evicted', { releaseNonce: evicted, nodeMessage: null });
      const holdsOn = decision !== null && decision.after.heldNonce !== null;
      return { decision, resend: holdsOn, unknownLooks: evicted ? 0 : unknownLooks };
    }
  }
}
