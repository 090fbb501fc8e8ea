import type { Millis } from '../domain/primitives.ts';

/** Whether what was learned at a moment still counts. Not where the clock has been set back since: nobody knows how long ago it was. */
export const isFresh = (learnedAt: Millis, now: Millis, forMs: number): boolean =>
  learnedAt <= now && now - learnedAt < forMs;
