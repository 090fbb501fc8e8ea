import type { Random } from '../../../application/ports/clock.ts';

/** For jitter. Nothing secret comes from it. */
export const systemRandom: Random = { next: () => Math.random() };
