import type { Millis } from '../../domain/primitives.ts';
import type { TryFacts } from '../../domain/retry/count-failure.ts';
import type { RetryPolicy } from '../../domain/retry/schedule.ts';
import type { Clock, Random } from '../ports/clock.ts';

/** What the settings mean for the bytes of one chain, while they are signed and while they are sent. */
export interface LanePolicy {
  readonly retry: RetryPolicy;
  readonly maxInFlight: number;
  /** `MAX_FEE_PER_GAS_WEI`. */
  readonly ceilingWei: bigint | null;
  /** When bytes that a node has are looked at again. */
  readonly lookAgainMs: number;
  /** Before trouble that is not counted is tried again. */
  readonly pauseMs: number;
  /** Transactions of one round. */
  readonly batch: number;
}

interface TryParts {
  readonly policy: Pick<LanePolicy, 'retry'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Facts of a failed try that began at `tryStartedAt`. */
export const tryFacts = (parts: TryParts, tryStartedAt: Millis): TryFacts => ({
  policy: parts.policy.retry,
  tryStartedAt,
  now: parts.clock.now(),
  random: parts.random.next(),
});
