import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { FeeMarket } from '../../../src/application/market.ts';
import type { Answer, FeeHistory } from '../../../src/application/ports/chain-node.ts';

const history = (nextBaseFeePerGasWei: bigint): Answer<FeeHistory> => ({
  ok: true,
  value: { nextBaseFeePerGasWei, recentTipsWei: [1n, 3n, 9n], gasPriceWei: null },
});
const AWAY: Answer<FeeHistory> = { ok: false, error: { transport: 'timeout', message: 'no answer' } };

function marketOn(answer: Answer<FeeHistory>) {
  const clock = new ManualClock();
  const state = { answer, asked: 0 };
  const feeHistory = async (): Promise<Answer<FeeHistory>> => {
    state.asked++;
    return state.answer;
  };
  return { market: new FeeMarket({ feeHistory }, clock), state, clock };
}

describe('the fee market', () => {
  it('is what the node says of its next block, and the middle of recent tips', async () => {
    const { market } = marketOn(history(7n));
    expect(await market.now()).toEqual({
      ok: true,
      value: { baseFeePerGasWei: 7n, tipWei: 3n, gasPriceWei: null },
    });
  });

  it('is asked for once a second, however many lanes ask', async () => {
    const { market, state, clock } = marketOn(history(7n));
    await Promise.all([market.now(), market.now()]);
    state.answer = history(8n);
    clock.advance(999);
    expect(await market.now()).toMatchObject({ value: { baseFeePerGasWei: 7n } });
    expect(state.asked).toBe(1);
    clock.advance(1);
    expect(await market.now()).toMatchObject({ value: { baseFeePerGasWei: 8n } });
  });

  it('is asked for anew where the clock has been set back', async () => {
    const { market, state, clock } = marketOn(history(7n));
    await market.now();
    clock.jumpTo(clock.now() - 3_600_000);
    state.answer = history(8n);
    expect(await market.now()).toMatchObject({ value: { baseFeePerGasWei: 8n } });
  });

  it('never keeps a failure, nor an old market in its place', async () => {
    const { market, state, clock } = marketOn(history(7n));
    await market.now();
    clock.advance(1_000);
    state.answer = AWAY;
    expect(await market.now()).toBe(AWAY);
    state.answer = history(8n);
    expect(await market.now()).toMatchObject({ value: { baseFeePerGasWei: 8n } });
  });
});
