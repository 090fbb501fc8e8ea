import type { Clock } from '../../ports/clock.ts';

/** So many calls share a commit only where they come faster than they are taken. */
const MANY_CALLS = 8;
/** How long that holds after the last such commit. */
const LASTS_MS = 250;

/** Whether calls wait at the intake of this process: whatever can wait better than a caller lets them go first. */
export class IntakePressure {
  private highAt = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** @param calls that share the next commit */
  note(calls: number): void {
    if (calls >= MANY_CALLS) this.highAt = this.clock.now();
  }

  isHigh(): boolean {
    const ago = this.clock.now() - this.highAt;
    // A clock that was set back must not hold anybody up for longer.
    return ago >= 0 && ago < LASTS_MS;
  }
}
