import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lower, medianTip, quoteFees, type FeeCaps, type Market } from '../../../../src/domain/fees/quote.ts';
import { anyCaps, anyMarket } from './arbitraries.ts';

const NO_CAPS: FeeCaps = { maxFeePerGasWei: null, maxPriorityFeePerGasWei: null, ceilingWei: null };
const GWEI = 1_000_000_000n;
const MARKET: Market = { baseFeePerGasWei: 10n * GWEI, tipWei: 2n * GWEI, gasPriceWei: 11n * GWEI };
const LEGACY: Market = { ...MARKET, baseFeePerGasWei: null };

describe('a fee quote', () => {
  it.each([
    ['twice the base fee and the tip', {}, 22n, 2n],
    ['cut down to the client’s cap', { maxFeePerGasWei: 15n * GWEI }, 15n, 2n],
    ['not raised to the client’s cap', { maxFeePerGasWei: 50n * GWEI }, 22n, 2n],
    ['cut down to the chain’s ceiling', { maxFeePerGasWei: 15n * GWEI, ceilingWei: 12n * GWEI }, 12n, 2n],
    ['with the client’s tip', { maxPriorityFeePerGasWei: 1n * GWEI }, 21n, 1n],
    ['with a tip that is not raised', { maxPriorityFeePerGasWei: 5n * GWEI }, 22n, 2n],
    ['with a tip never above the cap', { maxFeePerGasWei: 1n * GWEI }, 1n, 1n],
    ['with no tip where the client gives none', { maxPriorityFeePerGasWei: 0n }, 20n, 0n],
  ] as const)('is %s', (_, caps, maxFee, tip) => {
    expect(quoteFees(MARKET, { ...NO_CAPS, ...caps })).toEqual({
      type: 'eip1559',
      maxFeePerGasWei: maxFee * GWEI,
      maxPriorityFeePerGasWei: tip * GWEI,
    });
  });

  it.each([
    ['the gas price', LEGACY, {}, 11n],
    ['cut down to the client’s cap', LEGACY, { maxFeePerGasWei: 9n * GWEI }, 9n],
    ['cut down to the ceiling', LEGACY, { ceilingWei: 8n * GWEI }, 8n],
    ['1 gwei where the node names none', { ...LEGACY, gasPriceWei: null }, {}, 1n],
  ] as const)('without a base fee is legacy: %s', (_, market, caps, price) => {
    expect(quoteFees(market, { ...NO_CAPS, ...caps })).toEqual({
      type: 'legacy',
      maxFeePerGasWei: price * GWEI,
      maxPriorityFeePerGasWei: price * GWEI,
    });
  });

  it('never exceeds a cap, nor its own tip', () => {
    fc.assert(
      fc.property(anyMarket, anyCaps, (market, caps) => {
        const fees = quoteFees(market, caps);
        for (const cap of [caps.maxFeePerGasWei, caps.ceilingWei])
          if (cap !== null) expect(fees.maxFeePerGasWei <= cap).toBe(true);
        expect(fees.maxPriorityFeePerGasWei <= fees.maxFeePerGasWei).toBe(true);
        expect(fees.maxFeePerGasWei >= 0n).toBe(true);
        if (fees.type === 'legacy') expect(fees.maxPriorityFeePerGasWei).toBe(fees.maxFeePerGasWei);
        else if (caps.maxPriorityFeePerGasWei !== null)
          expect(fees.maxPriorityFeePerGasWei <= caps.maxPriorityFeePerGasWei).toBe(true);
      }),
      { seed: 12 },
    );
  });
});

describe('the tip', () => {
  it.each([
    ['the median of what was paid', [5n, 1n, 3n], 3n],
    ['the upper one of two', [1n, 2n], 2n],
    ['compared as numbers', [9n, 100n, 10n], 10n],
    ['blind to empty blocks', [0n, 0n, 0n, 7n], 7n],
    ['1 gwei where nobody paid any', [0n, 0n], GWEI],
    ['1 gwei without a history', [], GWEI],
  ] as const)('is %s', (_, recent, tip) => {
    expect(medianTip(recent)).toBe(tip);
  });
});

describe('lower', () => {
  it.each([
    [5n, [], 5n],
    [5n, [null, 7n], 5n],
    [5n, [null, 3n, 4n], 3n],
    [5n, [0n], 0n],
  ] as const)('%s within %s is %s', (value, caps, least) => {
    expect(lower(value, ...caps)).toBe(least);
  });
});
