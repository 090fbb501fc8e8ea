import type { ChainId } from '../../../domain/primitives.ts';
import type { Leases } from '../../../application/ports/leases.ts';
import type { Log } from '../../../application/ports/observability.ts';
import type { TrackBlocks } from '../../../application/use-cases/track/track-blocks.ts';
import { Loop } from './loop.ts';
import { LEASE_MS, withLease } from '../../../application/with-lease.ts';
import type { Timers } from '../../../application/ports/timers.ts';

export interface TrackerLoopParts {
  readonly chainId: ChainId;
  readonly tracker: TrackBlocks;
  readonly leases: Leases;
  readonly timers: Timers;
  readonly log: Log;
  /** How often a node is asked for its next block. */
  readonly pollMs: number;
}

const WAITING_MS = 500;
/** Another process tracks the chain; its lease is tried again. */
const TAKEN_MS = 5_000;

/** Holds the chain's lease for as long as it runs, and turns the tracker. */
export function trackerLoop({ chainId, tracker, leases, timers, log, pollMs }: TrackerLoopParts): Loop {
  const turns = (signal: AbortSignal) =>
    withLease(leases, timers, `tracker:${chainId}`, async (token) => {
      while (!signal.aborted) {
        const turn = await tracker.turn(token);
        if (turn === 'moved') continue;
        await pause(turn === 'idle' ? pollMs : WAITING_MS, signal);
        // A lease that passed on shows at the next renewal; until then every commit is refused by its fence.
        if (turn === 'waiting' && !(await leases.renew(token, LEASE_MS))) return;
      }
    });
  return new Loop({
    name: 'tracker',
    log,
    pauseAfterErrorMs: 1_000,
    turn: async (signal) => ((await turns(signal)).kind === 'taken' ? TAKEN_MS : WAITING_MS),
  });
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
