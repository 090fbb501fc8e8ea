import type { Timers } from '../../../application/ports/timers.ts';

/** What `setTimeout` takes; a longer delay would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, LONGEST_MS)).unref();
    return () => clearTimeout(timer);
  },
};
