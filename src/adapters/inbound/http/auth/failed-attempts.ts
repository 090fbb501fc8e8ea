import type { IncrementResponse, Store } from 'express-rate-limit';
import type { Clock } from '../../../../application/ports/clock.ts';

const MOST_ADDRESSES = 10_000;

/** Counts attempts by address, in windows that begin with the first of each. Beyond its size the address that began longest ago is forgotten. */
export class FailedAttempts implements Store {
  readonly localKeys = true;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #counts = new Map<string, { hits: number; readonly until: number }>();

  constructor(windowMs: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  increment(key: string): IncrementResponse {
    const now = this.#clock.now();
    let count = this.#counts.get(key);
    if (!count || count.until <= now) {
      this.#counts.delete(key);
      count = { hits: 0, until: now + this.#windowMs };
      this.#counts.set(key, count);
      const [oldest] = this.#counts.keys();
      if (this.#counts.size > MOST_ADDRESSES && oldest !== undefined) this.#counts.delete(oldest);
    }
    count.hits++;
    return { totalHits: count.hits, resetTime: new Date(count.until) };
  }

  decrement(key: string): void {
    const count = this.#counts.get(key);
    if (count && count.hits > 0) count.hits--;
  }

  resetKey(key: string): void {
    this.#counts.delete(key);
  }
}
