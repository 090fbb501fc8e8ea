import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { ChainGate } from '../../../src/application/chain-gate.ts';
import { FeeMarket } from '../../../src/application/market.ts';
import type { ChainNode } from '../../../src/application/ports/chain-node.ts';
import type { LaneState, Pause, Work } from '../../../src/application/ports/work.ts';
import type { IntakePressure } from '../../../src/application/use-cases/accept/intake-pressure.ts';
import type { LaneParts } from '../../../src/application/use-cases/lane/lane-parts.ts';
import { RunLane } from '../../../src/application/use-cases/lane/run-lane.ts';
import type { TransactionId } from '../../../src/domain/primitives.ts';
import { LANE } from '../../support/stored.ts';

/** A part of which only these are asked: all else is an error of the test. */
const only = <T extends object>(asked: Partial<T>): T =>
  new Proxy(asked as T, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name) as unknown;
      throw new Error(`nobody should ask for ${String(name)} here`);
    },
  });

/** How long a round of it takes. */
const TAKES_MS = 30;

/** A lane in which nothing is to be done; what is asked of it is whether whole pages of it are looked through. */
function idleLane(
  paused: Pause | null = null,
  held: LaneState['held'] = [],
  asked: string[] = [],
  pressure: Pick<IntakePressure, 'isHigh'> = { isHigh: () => false },
) {
  const lane: LaneState = {
    signer: { key: LANE, version: 1, nextNonce: 7, balanceWei: 0n, paused },
    cursor: null,
    held,
  };
  const recoveries: boolean[] = [];
  const clock = new ManualClock(0);
  const work = only<Work>({
    chain: async () => null,
    lane: async () => {
      clock.advance(TAKES_MS);
      return lane;
    },
    toResubmit: async (_key, { recovery }) => {
      asked.push('toResubmit');
      recoveries.push(recovery !== null);
      return [];
    },
    readyToSign: async () => [],
    fillersToSign: async () => {
      asked.push('fillersToSign');
      return [];
    },
    nextDueAt: async () => null,
  });
  const node = only<ChainNode>({
    identity: async () => ({ ok: false, error: { code: -32000, message: 'not asked' } }),
  });
  const parts: LaneParts = {
    work,
    clock,
    node,
    gate: new ChainGate(LANE.chainId, node, work, clock),
    market: new FeeMarket(node, clock),
    ledger: only({}),
    codec: only({}),
    signers: only({}),
    endpointTwo: only({}),
    random: only({}),
    ids: only({}),
    log: only({}),
    metrics: only({}),
    policy: {
      retry: { strategy: 'linear', baseMs: 1, stepMs: 1, maxRetries: 1 },
      maxInFlight: 1_000,
      ceilingWei: null,
      lookAgainMs: 1,
      pauseMs: 1,
      batch: 250,
    },
  };
  const runLane = new RunLane(parts, pressure);
  const rests: number[] = [];
  const run = async (token: number): Promise<boolean> => {
    recoveries.length = 0;
    await runLane.run(
      LANE,
      { name: 'lane', token },
      {
        stopping: () => false,
        pause: async (ms) => void rests.push(ms),
      },
    );
    return recoveries.includes(true);
  };
  return Object.assign(run, { clock, rests });
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

describe('the lane of a signer whose record was restored', () => {
  const hole = [{ nonce: 9, holderId: 'a' as TransactionId }];
  const pause = { reason: 'restored', at: 0 };
  const restored = { at: 0, takenAt: 0, cursor: null, nextNonce: 7 };

  it('is not even looked through, whatever holes it has, until a person has decided', async () => {
    const asked: string[] = [];
    await idleLane({ ...pause, restored }, hole, asked)(4);
    expect(asked).toEqual([]);
  });

  it('is no other than a paused one without that', async () => {
    const asked: string[] = [];
    await idleLane(pause, [], asked)(4);
    expect(asked).toEqual(['toResubmit', 'fillersToSign']);
  });
});

describe('while calls wait at the intake', () => {
  const pressed = () => idleLane(null, [], [], { isHigh: () => true });

  it('a lane rests between its rounds for four times as long as they take', async () => {
    const run = pressed();
    await run(4);
    expect(run.rests).toEqual([]);
    await run(4);
    expect(run.rests).toEqual([4 * TAKES_MS]);
  });

  it('the time that went by without it is part of the rest', async () => {
    const run = pressed();
    await run(4);
    run.clock.advance(3 * TAKES_MS);
    await run(4);
    run.clock.advance(4 * TAKES_MS);
    await run(4);
    expect(run.rests).toEqual([TAKES_MS]);
  });

  it('nobody waits for longer than two seconds, be it for a clock that was set back', async () => {
    const run = pressed();
    run.clock.advance(3_600_000);
    await run(4);
    run.clock.jumpTo(0);
    await run(4);
    expect(run.rests).toEqual([2_000]);
  });

  it('else it goes on at once', async () => {
    const run = idleLane();
    await run(4);
    await run(4);
    expect(run.rests).toEqual([]);
  });
});
