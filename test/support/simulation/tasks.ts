import { laneLease, type BetweenRounds } from '../../../src/application/use-cases/lane/run-lane.ts';
import { trackerLease } from '../../../src/application/use-cases/track/track-blocks.ts';
import type { Turn } from '../../../src/application/use-cases/track/track-parts.ts';
import { withLease } from '../../../src/application/with-lease.ts';
import type { Timers } from '../../../src/application/ports/timers.ts';
import type { Millis, SignerKey } from '../../../src/domain/primitives.ts';
import type { Parts } from './parts.ts';
import { CHAIN_ID } from './world.ts';

/** Nobody renews a lease here: whoever takes too long loses it. */
const NEVER: Timers = { after: () => () => undefined };
const WITHOUT_A_STOP: BetweenRounds = { stopping: () => false, pause: () => Promise.resolve() };
const SHORTEST_DELAY_MS = 100;

export type LaneOutcome = { readonly kind: 'taken' } | { readonly kind: 'ran'; readonly dueAt: Millis | null };

/**
 * What the consumer does with a wake-up: the lane under its lease, a wake-up for later, once more if it was wanted.
 * @param passes how often it runs under one lease: a busy lane keeps it
 */
export async function runLane(parts: Parts, signer: SignerKey, now: () => Millis, passes = 1): Promise<LaneOutcome> {
  for (;;) {
    const outcome = await withLease(parts.leases, NEVER, laneLease(signer), async (token) => {
      let dueAt: Millis | null = null;
      for (let pass = 0; pass < passes; pass++) {
        dueAt = await parts.runLane.run(signer, token, WITHOUT_A_STOP);
        if (dueAt === null) continue;
        const delayMs = Math.max(dueAt - now(), SHORTEST_DELAY_MS);
        await parts.queue.publishLater([{ signer, ids: [] }], delayMs);
      }
      return dueAt;
    });
    if (outcome.kind === 'taken') return outcome;
    if (!outcome.wanted) return { kind: 'ran', dueAt: outcome.value };
  }
}

/** Turns of the tracker under the chain's lease, as long as it moves. */
export async function track(parts: Parts, turns: number): Promise<'taken' | Turn> {
  const outcome = await withLease(parts.leases, NEVER, trackerLease(CHAIN_ID), async (token) => {
    let turn: Turn = 'moved';
    for (let i = 0; i < turns && turn === 'moved'; i++) turn = await parts.track.turn(token);
    return turn;
  });
  return outcome.kind === 'taken' ? 'taken' : outcome.value;
}
