import type { Millis } from '../../domain/primitives.ts';

export interface Hit {
  /** At most 120 characters; no text that somebody typed, which may be a password in the wrong field. */
  readonly key: string;
  /** 0 only looks; below 0 takes back. */
  readonly n: number;
  /** How long it counts from the first hit on, or from the last one that renews; the next window begins with the first hit after it. */
  readonly windowMs: number;
  /** The window begins anew with this hit. */
  readonly renews?: boolean;
}

export interface Counted {
  /** With the hit. */
  readonly count: number;
  /** Until the window is over; 0 where nothing is counted. */
  readonly retryAfterMs: number;
}

/** Counters that all processes share and a restart keeps. */
export interface Counters {
  /**
   * All hits in one commit; answers in order.
   * @throws {LedgerUnavailable} where the database cannot do it now
   */
  hit(hits: readonly Hit[], now: Millis): Promise<readonly Counted[]>;
}
