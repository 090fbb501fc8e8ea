import type { Millis } from '../primitives.ts';

/** 35 s, then 10 s longer each time, at most 16 retries; exponential growth with full jitter is a setting. */
export type RetryPolicy =
  | { readonly strategy: 'linear'; readonly baseMs: number; readonly stepMs: number; readonly maxRetries: number }
  | { readonly strategy: 'exponential'; readonly baseMs: number; readonly capMs: number; readonly maxRetries: number };

/**
 * When retry `k` (0-based) may start, counted from the start of the try that failed; null when retries are used up.
 * @param random uniform in [0, 1); used by the exponential strategy alone (full jitter).
 */
export function nextRetryAt(policy: RetryPolicy, k: number, tryStartedAt: Millis, random: number): Millis | null {
  if (k >= policy.maxRetries) return null;
  if (policy.strategy === 'linear') return tryStartedAt + policy.baseMs + k * policy.stepMs;
  // 2 ** k overflows to Infinity for a large k, which the cap takes care of.
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** k);
  return tryStartedAt + Math.floor(random * ceilingMs);
}
