import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import type { GateState } from '../../../src/application/chain-gate.ts';
import { NodeWatch, type NodeHealthParts } from '../../../src/application/overview/node-health.ts';
import { CHAIN } from '../../support/stored.ts';
import { NOW } from '../../support/transactions.ts';

const HEAD = { ok: true, value: { number: 9 } } as Awaited<ReturnType<NodeHealthParts['node']['head']>>;
const FEES = { baseFeePerGasWei: 7n, tipWei: 1n, gasPriceWei: null };
const AWAY = { ok: false, error: { message: 'ECONNREFUSED' } } as const;

function watch(changes: { gate?: () => Promise<GateState>; head?: NodeHealthParts['node']['head'] } = {}) {
  const clock = new ManualClock(NOW);
  let asked = 0;
  const parts: NodeHealthParts = {
    chainId: CHAIN,
    gate: { state: changes.gate ?? (async () => ({ kind: 'open' })) },
    market: { now: async () => ({ ok: true, value: FEES }) as never },
    node: {
      head: () => {
        asked += 1;
        return (changes.head ?? (async () => HEAD))();
      },
    },
    clock,
    timers: clock,
  };
  return { clock, watching: new NodeWatch(parts), asked: () => asked };
}

describe('how a node is doing', () => {
  it('with its head and the next base fee, asked every two seconds at most', async () => {
    const { clock, watching, asked } = watch();
    expect(await watching.now()).toEqual({ state: 'ok', message: 'ok', headNumber: 9, baseFeePerGasWei: 7n });
    clock.advance(1_999);
    await watching.now();
    expect(asked()).toBe(1);
    clock.advance(1);
    await Promise.all([watching.now(), watching.now()]);
    expect(asked()).toBe(2);
  });

  it.each([
    [{ head: async () => AWAY }, { state: 'unreachable', message: 'ECONNREFUSED', headNumber: null }],
    [
      { gate: async () => ({ kind: 'wrongChain', message: 'another' }) as const },
      { state: 'wrongChain', message: 'another', headNumber: 9 },
    ],
    [
      { gate: async () => ({ kind: 'unknown', message: 'silence', error: { message: 'silence' } }) as const },
      { state: 'unreachable', message: 'silence' },
    ],
  ])('says what is wrong with it: %#', async (changes, expected) => {
    expect(await watch(changes).watching.now()).toMatchObject(expected);
  });

  it('is not waited for while it hangs: a second once, and then not at all', async () => {
    const { clock, watching, asked } = watch({ head: () => new Promise<never>(() => undefined) });
    const first = watching.now();
    clock.advance(1_000);
    expect(await first).toMatchObject({ state: 'unreachable', message: 'no answer within 1000 ms' });
    expect(await watching.now()).toMatchObject({ state: 'unreachable' });
    expect(asked()).toBe(1);
  });
});
