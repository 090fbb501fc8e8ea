import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFailure, waitUncounted } from '../../../../src/domain/retry/count-failure.ts';
import { nextRetryAt, type RetryPolicy } from '../../../../src/domain/retry/schedule.ts';
import { DEFAULT_RETRY_POLICY, NOW, TRY } from '../../../support/transactions.ts';

describe('the schedule of the requirement', () => {
  it('waits 35 s, then 10 s longer each time, 16 times', () => {
    const waits = Array.from({ length: 17 }, (_, k) => nextRetryAt(DEFAULT_RETRY_POLICY, k, NOW, 0.5));
    expect(waits.map((at) => at && (at - NOW) / 1_000)).toEqual([
      35,
      45,
      55,
      65,
      75,
      85,
      95,
      105,
      115,
      125,
      135,
      145,
      155,
      165,
      175,
      185,
      null,
    ]);
  });
  it('has no jitter', () => {
    expect(nextRetryAt(DEFAULT_RETRY_POLICY, 3, NOW, 0)).toBe(nextRetryAt(DEFAULT_RETRY_POLICY, 3, NOW, 0.999));
  });
  it('never retries where the setting says so', () => {
    expect(nextRetryAt({ ...DEFAULT_RETRY_POLICY, maxRetries: 0 }, 0, NOW, 0)).toBeNull();
  });
});

describe('exponential growth with full jitter', () => {
  const policy: RetryPolicy = { strategy: 'exponential', baseMs: 1_000, capMs: 60_000, maxRetries: 2_000 };
  it.each([
    [0, 0, 0],
    [0, 0.5, 500],
    [3, 0.5, 4_000],
    [5, 0.999_999, 31_999],
    [6, 0.5, 30_000],
    [1_500, 0.5, 30_000],
  ])('retry %i, random %d: %i ms', (k, random, waitMs) => {
    expect(nextRetryAt(policy, k, NOW, random)).toBe(NOW + waitMs);
  });
  it('stays within its bounds, in whole milliseconds', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_999 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (k, random) => {
        const waitMs = (nextRetryAt(policy, k, NOW, random) ?? NaN) - NOW;
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThan(Math.min(60_000, 1_000 * 2 ** k));
      }),
      { seed: 16 },
    );
  });
  it('ends', () => {
    expect(nextRetryAt(policy, 1_999, NOW, 0)).not.toBeNull();
    expect(nextRetryAt(policy, 2_000, NOW, 0)).toBeNull();
  });
});

describe('counting a failure', () => {
  const retry = (count: number) => ({ count, dueAt: NOW, lastError: null });
  it('plans the next retry from the start of the try that failed', () => {
    expect(countFailure(retry(0), TRY, 'unavailable')).toEqual({
      count: 1,
      dueAt: TRY.tryStartedAt + 35_000,
      lastError: 'unavailable',
    });
    expect(countFailure(retry(15), TRY, 'poolFull')).toMatchObject({ count: 16, dueAt: TRY.tryStartedAt + 185_000 });
  });
  it('is due at once where that moment has passed', () => {
    const slow = { ...TRY, tryStartedAt: NOW - 36_000 };
    expect(countFailure(retry(0), slow, 'unavailable')).toMatchObject({ count: 1, dueAt: NOW });
  });
  it('is null when the budget is used up', () => {
    expect(countFailure(retry(16), TRY, 'unavailable')).toBeNull();
    expect(countFailure(retry(40), TRY, 'unavailable')).toBeNull();
  });
  it('leaves the count alone where it is nobody’s fault', () => {
    expect(waitUncounted(retry(4), NOW + 9, 'rateLimited')).toEqual({
      count: 4,
      dueAt: NOW + 9,
      lastError: 'rateLimited',
    });
    expect(waitUncounted(retry(16), null, null)).toEqual({ count: 16, dueAt: null, lastError: null });
  });
});
