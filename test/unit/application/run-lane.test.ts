import { describe, expect, it } from 'vitest';
import type { LaneState, Work } from '../../../src/application/ports/work.ts';
import type { LaneParts } from '../../../src/application/use-cases/lane/lane-parts.ts';
import { RunLane } from '../../../src/application/use-cases/lane/run-lane.ts';
import { LANE } from '../../support/stored.ts';

/** A lane in which nothing is to be done; what is asked of it is whether whole pages of it are looked through. */
function idleLane() {
  const lane: LaneState = {
    signer: { key: LANE, version: 1, nextNonce: 7, balanceWei: 0n, paused: null },
    cursor: null,
    held: [],
  };
  const recoveries: boolean[] = [];
  const work: Pick<Work, 'lane' | 'toResubmit' | 'readyToSign' | 'fillersToSign' | 'nextDueAt'> = {
    lane: async () => lane,
    toResubmit: async (_key, _now, _below, _limit, recovery) => {
      recoveries.push(recovery !== null);
      return [];
    },
    readyToSign: async () => [],
    fillersToSign: async () => [],
    nextDueAt: async () => null,
  };
  const parts = { work, clock: { now: () => 0 }, policy: { batch: 250, maxInFlight: 1_000 } };
  const runLane = new RunLane(parts as unknown as LaneParts);
  const run = async (token: number): Promise<boolean> => {
    recoveries.length = 0;
    await runLane.run(LANE, { name: 'lane', token }, () => false);
    return recoveries.includes(true);
  };
  return run;
}

describe('a lane is looked through as a whole', () => {
  it('when it is first taken, and not again while it is ours: under the same lease, or the next one', async () => {
    const run = idleLane();
    expect(await run(4)).toBe(true);
    expect(await run(4)).toBe(false);
    expect(await run(4)).toBe(false);
    expect(await run(5)).toBe(false);
    expect(await run(5)).toBe(false);
  });

  it('when another process had it meanwhile', async () => {
    const run = idleLane();
    await run(4);
    expect(await run(6)).toBe(true);
    expect(await run(6)).toBe(false);
  });
});
