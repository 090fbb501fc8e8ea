import { wait } from '../../domain/decisions/decision.ts';
import type { Millis } from '../../domain/primitives.ts';
import { changesOf } from '../changes-of.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Log } from '../ports/observability.ts';
import type { Work } from '../ports/work.ts';

interface WrittenAheadParts {
  readonly work: Work;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
}

const ROWS_AT_ONCE = 500;
/** A clock that is this much ahead is none that anybody waits for. */
const TOLERANCE_MS = 5_000;

/**
 * Makes due what waits for a moment that a clock which ran ahead has written: corrected, it would be hours away. Looked for where the clock
 * has gone back, and at a start, since it may have done so while nobody ran.
 */
export class WrittenAhead {
  private lastSeen: Millis | null = null;
  private suspected = true;

  constructor(private readonly parts: WrittenAheadParts) {}

  async mend(): Promise<void> {
    const now = this.parts.clock.now();
    if (this.lastSeen !== null && now < this.lastSeen) this.suspected = true;
    this.lastSeen = now;
    while (this.suspected) {
      const rows = await this.parts.work.writtenAhead(now + TOLERANCE_MS, ROWS_AT_ONCE);
      const count = rows.transactions.length + rows.fillers.length;
      if (count === 0) {
        this.suspected = false;
        return;
      }
      const decisions = rows.transactions.map((row) => wait(row, { ...row.retry, dueAt: now }));
      const fillers = rows.fillers.map((before) => ({ before, after: { ...before, dueAt: now } }));
      const result = await this.parts.ledger.commit({ step: 'sweep', at: now, ...changesOf(decisions), fillers });
      // A row that moved meanwhile is looked at again at the next pass.
      if (result.kind === 'conflict') return;
      this.parts.log.warn({ rows: count }, 'made due what was written by a clock that has been set back since');
    }
  }
}
