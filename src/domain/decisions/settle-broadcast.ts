import { CLASS_POLICY } from '../node-answer/class-policy.ts';
import type { NodeErrorClass } from '../node-answer/node-error-class.ts';
import type { Millis } from '../primitives.ts';
import { waitUncounted, type TryFacts } from '../retry/count-failure.ts';
import type { Attempt } from '../transaction/attempt.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { decide, wait, type Decision } from './decision.ts';
import { fail } from './fail.ts';
import { retryOrFail } from './retry-or-fail.ts';

/** What a node said of an attempt's bytes. */
export type SendAnswer =
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'error';
      readonly class: NodeErrorClass;
      readonly message: string;
      readonly retryAfterMs: number | null;
    };

export interface BroadcastFacts extends TryFacts {
  readonly answer: SendAnswer;
  readonly attempt: Pick<Attempt, 'hash' | 'nonce'>;
  /** When bytes that a node has are looked at again. */
  readonly lookAgainMs: Millis;
  /** The node answered for other bytes of the same request, and somebody holds a higher nonce: an outage is no reason to give one back. */
  readonly othersGoOn: boolean;
  /** How soon trouble that is not counted is tried again. */
  readonly pauseMs: Millis;
}

/** Tries that got no answer of their own while others did, before the nonce is given back. */
const SILENT_TRIES = 3;

/**
 * What follows from a node's answer (docs/rules.md, "What a node's answer means"): evidence, not truth. Null where the row moved on
 * meanwhile (mined, failed, cancelled): the answer is then noted on the attempt only.
 */
export function settleBroadcast(transaction: Transaction, facts: BroadcastFacts): Decision | null {
  const { answer, attempt, now } = facts;
  if (transaction.heldNonce !== attempt.nonce || transaction.attemptHash !== attempt.hash) return null;
  if (transaction.status !== 'signed' && transaction.status !== 'broadcast') return null;
  const published = (): Decision | null =>
    decide(transaction, { type: 'Published', hash: attempt.hash, dueAt: now + facts.lookAgainMs });
  if (answer.kind === 'taken') return published();
  const soon = (): Decision => wait(transaction, waitUncounted(transaction.retry, now + facts.pauseMs, answer.class));
  const policy = CLASS_POLICY[answer.class];
  switch (policy.outcome) {
    case 'accepted':
      return published();
    case 'final':
    case 'tryOtherEndpoint':
      return fail(transaction, policy.failureCode, answer.message);
    case 'awaitTracker':
    case 'awaitLowerNonces':
    case 'replaceOrAwait':
    case 'requote':
      return soon();
    case 'releaseNonce':
      return retryOrFail(transaction, facts, answer.class, { releaseNonce: true, nodeMessage: answer.message });
    case 'backOff':
      if (!policy.counts) {
        const dueAt = now + Math.max(facts.pauseMs, answer.retryAfterMs ?? 0);
        return wait(transaction, waitUncounted(transaction.retry, dueAt, answer.class));
      }
      return retryOrFail(transaction, facts, answer.class, { releaseNonce: false, nodeMessage: answer.message });
    case 'lookUpAndResend': {
      const releaseNonce = facts.othersGoOn && transaction.retry.count + 1 >= SILENT_TRIES;
      return retryOrFail(transaction, facts, answer.class, { releaseNonce, nodeMessage: answer.message });
    }
  }
}
