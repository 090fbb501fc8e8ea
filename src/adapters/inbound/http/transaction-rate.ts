import type { Clock } from '../../../application/ports/clock.ts';
import type { Metrics } from '../../../application/ports/observability.ts';

type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** How many transactions a client may still bring in. */
export interface TransactionRate {
  take(client: string, transactions: number): Taken;
}

const OK: Taken = { ok: true };

/**
 * A token bucket for each client, a second's worth deep, in memory. A batch larger than the bucket is let in when the bucket is full
 * and leaves it in debt, so that the average holds for batches of any size.
 */
export function transactionRate(perSecond: number, clock: Clock, metrics: Metrics): TransactionRate {
  if (perSecond <= 0) return { take: () => OK };
  // In thousandths of a transaction, which a millisecond adds `perSecond` of: whole numbers, so that nothing is lost by rounding.
  const full = perSecond * 1000;
  const buckets = new Map<string, { thousandths: number; at: number }>();
  return {
    take(client, transactions) {
      const now = clock.now();
      const bucket = buckets.get(client) ?? { thousandths: full, at: now };
      buckets.set(client, bucket);
      bucket.thousandths = Math.min(full, bucket.thousandths + Math.max(0, now - bucket.at) * perSecond);
      bucket.at = now;
      const missing = Math.min(transactions * 1000, full) - bucket.thousandths;
      if (missing > 0) {
        metrics.count('broadcaster_rate_limited_total', transactions, { client });
        return { ok: false, retryAfterMs: missing / perSecond };
      }
      bucket.thousandths -= transactions * 1000;
      return OK;
    },
  };
}
