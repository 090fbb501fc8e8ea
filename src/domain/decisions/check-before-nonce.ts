import type { UncountedCause } from '../retry/retry-cause.ts';
import type { NodeErrorClass } from '../node-answer/node-error-class.ts';
import { CLASS_POLICY } from '../node-answer/class-policy.ts';
import type { Millis } from '../primitives.ts';
import { waitUncounted, type TryFacts } from '../retry/count-failure.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { wait, type Decision } from './decision.ts';
import { fail } from './fail.ts';
import { retryOrFail } from './retry-or-fail.ts';

/** What `eth_estimateGas` said, or that it was not asked. */
export type EstimateAnswer =
  | { readonly kind: 'gas'; readonly gasLimit: bigint }
  | {
      readonly kind: 'error';
      readonly class: NodeErrorClass;
      readonly message: string;
      readonly reason: string | null;
    };

export interface CheckFacts extends TryFacts {
  readonly estimate: EstimateAnswer;
  /** Lower nonces of the signer are open, so the state that the call needs may yet come (deploy, then call). */
  readonly lowerOpen: boolean;
  readonly pauseMs: Millis;
}

export type Checked =
  | { readonly kind: 'ready'; readonly gasLimit: bigint }
  | { readonly kind: 'notYet'; readonly decision: Decision | null };

/** Gas can differ between the estimate and the block; unused gas is not paid for. */
export const withHeadroom = (estimate: bigint): bigint => (estimate * 6n + 4n) / 5n;

/**
 * Keeps poison out of the queue before a nonce is given out (docs/rules.md): one client's impossible transaction must never hold up
 * another's possible one. A revert is final unless lower nonces are open; whatever else fails counts and costs no nonce.
 */
export function checkBeforeNonce(transaction: Transaction, facts: CheckFacts): Checked {
  const { estimate } = facts;
  if (estimate.kind === 'gas') return { kind: 'ready', gasLimit: estimate.gasLimit };
  const policy = CLASS_POLICY[estimate.class];
  if (policy.outcome === 'final') {
    const decision =
      estimate.class === 'reverted' && facts.lowerOpen
        ? retryUncounted(transaction, facts, 'revertsForNow')
        : fail(transaction, policy.failureCode, estimate.message, estimate.reason);
    return { kind: 'notYet', decision };
  }
  if (estimate.class === 'rateLimited')
    return { kind: 'notYet', decision: retryUncounted(transaction, facts, estimate.class) };
  return {
    kind: 'notYet',
    decision: retryOrFail(transaction, facts, estimate.class, { releaseNonce: true, nodeMessage: estimate.message }),
  };
}

const retryUncounted = (transaction: Transaction, facts: CheckFacts, lastError: UncountedCause): Decision =>
  wait(transaction, waitUncounted(transaction.retry, facts.now + facts.pauseMs, lastError));
