import { leaveQueue } from '../../domain/decisions/leave-queue.ts';
import { changesOf } from '../changes-of.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Log, Metrics } from '../ports/observability.ts';
import type { WakeUpQueue } from '../ports/wake-up-queue.ts';
import type { Work } from '../ports/work.ts';
import { WrittenAhead } from './written-ahead.ts';

export interface SweepParts {
  readonly work: Work;
  readonly ledger: Ledger;
  readonly queue: WakeUpQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const IDS_A_LANE = 500;
const CLOSED_AT_ONCE = 500;

/**
 * Derives the work anew from the record (invariant 3): wipe the queue, lose any message, and this finds what is due. Also ends the wait
 * of queued rows that must not be signed any more.
 */
export class Sweep {
  private readonly writtenAhead: WrittenAhead;

  constructor(private readonly parts: SweepParts) {
    this.writtenAhead = new WrittenAhead(parts);
  }

  async run(): Promise<void> {
    const { work, queue, clock } = this.parts;
    await this.close();
    await this.writtenAhead.mend();
    const lanes = await work.due(clock.now(), IDS_A_LANE);
    if (lanes.length === 0) return;
    this.parts.metrics.count('broadcaster_swept_total', lanes.length);
    await queue.publish(lanes);
  }

  private async close(): Promise<void> {
    const { work, ledger, clock, log } = this.parts;
    for (let more = true; more;) {
      const now = clock.now();
      const rows = await work.toClose(now, CLOSED_AT_ONCE);
      const decisions = rows.flatMap((row) => leaveQueue(row, now) ?? []);
      if (decisions.length === 0) return;
      // A row that moved meanwhile is looked at again at the next pass.
      const result = await ledger.commit({ step: 'sweep', at: now, ...changesOf(decisions) });
      if (result.kind === 'committed')
        log.info({ closed: decisions.length }, 'expired or cancelled what nobody may sign any more');
      more = result.kind === 'committed' && rows.length === CLOSED_AT_ONCE;
    }
  }
}
