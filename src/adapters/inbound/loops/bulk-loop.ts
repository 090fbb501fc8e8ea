import type { LeaseToken } from '../../../application/change-set.ts';
import type { Leases } from '../../../application/ports/leases.ts';
import type { Log } from '../../../application/ports/observability.ts';
import type { Timers } from '../../../application/ports/timers.ts';
import { Sleeper } from '../../../application/sleeper.ts';
import type { RunBulkRetries } from '../../../application/use-cases/bulk/run-bulk-retries.ts';
import { withLease } from '../../../application/with-lease.ts';
import { Loop } from './loop.ts';

export interface BulkLoopParts {
  readonly bulk: Pick<RunBulkRetries, 'hasWork' | 'turn'>;
  readonly leases: Leases;
  readonly timers: Timers;
  readonly log: Log;
  /** Between two batches, for whoever else writes. */
  readonly pauseMs: number;
}

export const BULK_LEASE = 'bulk';
/** Jobs that another process took in, or that one left when it died. */
const SAFETY_MS = 5_000;

/** Goes on with open jobs under a lease of its own, so that of all workers one does; woken where a job is created. */
export function bulkLoop({ bulk, leases, timers, log, pauseMs }: BulkLoopParts): Loop {
  const pauses = new Sleeper();
  async function turns(token: LeaseToken, isLost: () => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !isLost() && (await bulk.turn(token)) === 'more') await pauses.sleep(pauseMs, signal);
  }
  return new Loop({
    name: 'bulk',
    log,
    pauseAfterErrorMs: 1_000,
    turn: async (signal) => {
      // Asked first: a lease is a write, and mostly there is nothing.
      if (await bulk.hasWork())
        await withLease(leases, timers, BULK_LEASE, (token, lost) => turns(token, lost, signal));
      return SAFETY_MS;
    },
  });
}
