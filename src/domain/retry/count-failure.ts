import type { CountedCause, UncountedCause } from './retry-cause.ts';
import type { Millis } from '../primitives.ts';
import type { RetryPlan } from '../transaction/event.ts';
import type { RetryState } from '../transaction/transaction.ts';
import { nextRetryAt, type RetryPolicy } from './schedule.ts';

/** What the world says when a try has failed. */
export interface TryFacts {
  readonly policy: RetryPolicy;
  /** The wait counts from the start of the try that failed. */
  readonly tryStartedAt: Millis;
  readonly now: Millis;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/**
 * The next retry of the one budget over all stages, or null when it is used up.
 * A retry whose moment has passed already (a slow time-out) is due at once.
 */
export function countFailure(retry: RetryState, facts: TryFacts, lastError: CountedCause): RetryPlan | null {
  const at = nextRetryAt(facts.policy, retry.count, facts.tryStartedAt, facts.random);
  return at === null ? null : { count: retry.count + 1, dueAt: Math.max(at, facts.now), lastError };
}

/** A wait that is not the transaction's fault: it leaves the count alone. */
export const waitUncounted = (
  retry: RetryState,
  dueAt: Millis | null,
  lastError: UncountedCause | null,
): RetryPlan => ({
  count: retry.count,
  dueAt,
  lastError,
});
