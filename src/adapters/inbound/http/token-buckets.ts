import type { Clock } from '../../../application/ports/clock.ts';

export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

interface Bucket {
  thousandths: number;
  at: number;
}

const OK: Taken = { ok: true };

/**
 * A token bucket for each key, a second's worth deep, in memory. What is larger than a bucket is let through when the bucket is full and
 * leaves it in debt, so that the average holds for pieces of any size. A refusal takes nothing: after exactly the wait that it names the
 * same piece passes, where nobody else has taken from the bucket meanwhile.
 */
export class TokenBuckets {
  readonly #perSecond: number;
  /** In thousandths of a token, of which a millisecond adds `perSecond`: whole numbers, so that nothing is lost by rounding. */
  readonly #full: number;
  readonly #clock: Clock;
  readonly #most: number;
  /** What was used last stands last. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param most how many keys are remembered; beyond it the one that was used longest ago starts anew. Needed where strangers choose keys. */
  constructor(perSecond: number, clock: Clock, most = Infinity) {
    this.#perSecond = perSecond;
    this.#full = perSecond * 1000;
    this.#clock = clock;
    this.#most = most;
  }

  get size(): number {
    return this.#buckets.size;
  }

  take(key: string, tokens: number): Taken {
    const bucket = this.#bucketOf(key);
    const taken = this.#asked(bucket, tokens);
    if (taken.ok) bucket.thousandths -= tokens * 1000;
    return taken;
  }

  /** What `take` would answer, without taking. */
  peek(key: string, tokens: number): Taken {
    return this.#buckets.has(key) ? this.#asked(this.#bucketOf(key), tokens) : OK;
  }

  #asked(bucket: Bucket, tokens: number): Taken {
    const missing = Math.min(tokens * 1000, this.#full) - bucket.thousandths;
    return missing > 0 ? { ok: false, retryAfterMs: missing / this.#perSecond } : OK;
  }

  #bucketOf(key: string): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { thousandths: this.#full, at: now };
    bucket.thousandths = Math.min(this.#full, bucket.thousandths + Math.max(0, now - bucket.at) * this.#perSecond);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#most) this.#forgetOldest();
    return bucket;
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key);
      return;
    }
  }
}
