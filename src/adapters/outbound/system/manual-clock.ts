import type { Clock } from '../../../application/ports/clock.ts';
import type { Timers } from '../../../application/ports/timers.ts';
import type { Millis } from '../../../domain/primitives.ts';

interface Alarm {
  /** In milliseconds passed since the start: a clock that is set does not move it. */
  readonly due: number;
  readonly run: () => void;
}

/** Time that passes when a test says so, for clock and timers alike. */
export class ManualClock implements Clock, Timers {
  #start: Millis;
  #passed = 0;
  readonly #alarms = new Set<Alarm>();

  constructor(start: Millis = Date.UTC(2026, 0, 1)) {
    this.#start = start;
  }

  now(): Millis {
    return this.#start + this.#passed;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { due: this.#passed + delayMs, run };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }

  /** Fires what becomes due, in order of time, each at its own moment; what it sets up in turn too. */
  advance(ms: number): void {
    const end = this.#passed + ms;
    for (let next = this.#earliest(end); next !== undefined; next = this.#earliest(end)) {
      this.#alarms.delete(next);
      this.#passed = Math.max(this.#passed, next.due);
      next.run();
    }
    this.#passed = end;
  }

  /** Sets the clock, forwards or back, without any time passing. */
  jumpTo(now: Millis): void {
    this.#start = now - this.#passed;
  }

  /** Timers that are set, so that a test can tell that none is left. */
  get pending(): number {
    return this.#alarms.size;
  }

  #earliest(end: number): Alarm | undefined {
    let earliest: Alarm | undefined;
    for (const alarm of this.#alarms)
      if (alarm.due <= end && (earliest === undefined || alarm.due < earliest.due)) earliest = alarm;
    return earliest;
  }
}
