import type { ChainId } from '../../../domain/primitives.ts';
import type { LeaseToken } from '../../../application/change-set.ts';
import type { Leases } from '../../../application/ports/leases.ts';
import type { Log } from '../../../application/ports/observability.ts';
import type { Timers } from '../../../application/ports/timers.ts';
import { trackerLease, type TrackBlocks } from '../../../application/use-cases/track/track-blocks.ts';
import { LEASE_MS, withLease } from '../../../application/with-lease.ts';
import { Loop } from './loop.ts';
import { Sleeper } from '../../../application/sleeper.ts';

export interface TrackerLoopParts {
  readonly chainId: ChainId;
  readonly tracker: Pick<TrackBlocks, 'turn'>;
  readonly leases: Leases;
  readonly timers: Timers;
  readonly log: Log;
  /** How often a node is asked for its next block, unless woken. */
  readonly pollMs: number;
}

const WAITING_MS = 500;
/** Another process tracks the chain; its lease is tried again. */
const TAKEN_MS = 5_000;

/** Holds the chain's lease for as long as it runs, and turns the tracker. */
export class TrackerLoop {
  private readonly loop: Loop;
  private readonly sleeper = new Sleeper();

  constructor(private readonly parts: TrackerLoopParts) {
    this.loop = new Loop({
      name: 'tracker',
      log: parts.log,
      pauseAfterErrorMs: 1_000,
      turn: (signal) => this.underLease(signal),
    });
  }

  start(): void {
    this.loop.start();
  }

  /** There may be a new block. */
  wake(): void {
    this.sleeper.wake();
  }

  async stop(): Promise<void> {
    const stopped = this.loop.stop();
    this.sleeper.wake();
    await stopped;
  }

  private async underLease(signal: AbortSignal): Promise<number> {
    const { chainId, leases, timers } = this.parts;
    const outcome = await withLease(leases, timers, trackerLease(chainId), (token) => this.turns(token, signal));
    return outcome.kind === 'taken' ? TAKEN_MS : WAITING_MS;
  }

  private async turns(token: LeaseToken, signal: AbortSignal): Promise<void> {
    const { tracker, leases, pollMs } = this.parts;
    while (!signal.aborted) {
      const turn = await tracker.turn(token);
      if (turn === 'moved') continue;
      await this.sleeper.sleep(turn === 'idle' ? pollMs : WAITING_MS, signal);
      // Where a commit was refused the lease may have passed on, and every further one would be refused too.
      if (turn === 'waiting' && !(await leases.renew(token, LEASE_MS))) return;
    }
  }
}
