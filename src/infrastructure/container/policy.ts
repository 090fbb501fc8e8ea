import type { LanePolicy } from '../../application/use-cases/policy.ts';
import type { Config } from '../config/config.ts';

const LANE_BATCH = 250;
const PAUSE_MS = 5_000;

/** What the settings mean for a lane. Short retry times (tests, fast chains) shorten the waits that are not counted as well. */
export function lanePolicy({ retry, chain }: Config): LanePolicy {
  return {
    retry,
    maxInFlight: chain.maxInFlight,
    ceilingWei: chain.maxFeePerGasWei,
    lookAgainMs: Math.max(retry.baseMs, 2_000),
    pauseMs: Math.min(PAUSE_MS, Math.max(retry.baseMs, 250)),
    batch: LANE_BATCH,
  };
}

/** Of all calls for one request to endpoint 2. API Gateway cuts at 30 s, and an answer is out within 25: what is left of them is for our own commits. */
export const SEND_BUDGET_MS = 22_000;
