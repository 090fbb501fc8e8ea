import type { Clock } from '../../../application/ports/clock.ts';
import type { Metrics } from '../../../application/ports/observability.ts';

export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

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
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(client, transactions) {
      const now = clock.now();
      let bucket = buckets.get(client);
      if (!bucket) buckets.set(client, (bucket = { tokens: perSecond, at: now }));
      bucket.tokens = Math.min(perSecond, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
      bucket.at = now;
      const needed = Math.min(transactions, perSecond);
      if (bucket.tokens < needed) {
        metrics.count('broadcaster_rate_limited_total', transactions, { client });
        return { ok: false, retryAfterMs: ((needed - bucket.tokens) / perSecond) * 1000 };
      }
      bucket.tokens -= transactions;
      return OK;
    },
  };
}
