import type { Clock } from '../../../application/ports/clock.ts';
import type { Metrics } from '../../../application/ports/observability.ts';
import { TokenBuckets, type Taken } from './token-buckets.ts';

/** How many transactions a client may still bring in. */
export interface TransactionRate {
  take(client: string, transactions: number): Taken;
}

const MOST_CLIENTS = 10_000;
const OK: Taken = { ok: true };

/**
 * A bucket for each client, by its name and not by its address; who was silent longest makes room, as its bucket is full. What is sent
 * again counts like the first time: to know it as a repeat takes the very read that the limit protects.
 */
export function transactionRate(perSecond: number, clock: Clock, metrics: Metrics): TransactionRate {
  if (perSecond <= 0) return { take: () => OK };
  const buckets = new TokenBuckets(perSecond, clock, MOST_CLIENTS);
  return {
    take(client, transactions) {
      const taken = buckets.take(client, transactions);
      if (!taken.ok) metrics.count('broadcaster_rate_limited_total', transactions, { client });
      return taken;
    },
  };
}
