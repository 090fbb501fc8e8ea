import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeeCaps, Fees } from '../../../../src/domain/fees/quote.ts';
import { bumped, replacementFees, setApart } from '../../../../src/domain/fees/replace.ts';
import { anyCaps, anyFees, anyWei } from './arbitraries.ts';

const NO_CAPS: FeeCaps = { maxFeePerGasWei: null, maxPriorityFeePerGasWei: null, ceilingWei: null };
const fees = (maxFeePerGasWei: bigint, maxPriorityFeePerGasWei: bigint): Fees => ({
  type: 'eip1559',
  maxFeePerGasWei,
  maxPriorityFeePerGasWei,
});
const legacy = (price: bigint): Fees => ({ ...fees(price, price), type: 'legacy' });

describe('a bump', () => {
  it.each([
    [0n, 1n],
    [1n, 2n],
    [7n, 8n],
    [8n, 9n],
    [9n, 11n],
    [1_000n, 1_125n],
    [1_001n, 1_127n],
  ])('of %s wei is %s', (wei, more) => {
    expect(bumped(wei)).toBe(more);
  });

  it('is at least 12.5 %, by the least that is, and never nothing', () => {
    fc.assert(
      fc.property(anyWei, (wei) => {
        const more = bumped(wei);
        expect(more > wei).toBe(true);
        expect(more * 8n >= wei * 9n).toBe(true);
        if (wei > 0n) expect((more - 1n) * 8n < wei * 9n).toBe(true);
      }),
      { seed: 12 },
    );
  });
});

describe('replacement fees', () => {
  it.each([
    ['both up by an eighth', fees(800n, 80n), fees(100n, 10n), {}, fees(900n, 90n)],
    ['to the market where that is more', fees(800n, 80n), fees(2_000n, 300n), {}, fees(2_000n, 300n)],
    ['each by itself', fees(800n, 80n), fees(2_000n, 10n), {}, fees(2_000n, 90n)],
    ['to the market, cut down to the cap', fees(800n, 80n), fees(2_000n, 300n), { ceilingWei: 950n }, fees(950n, 300n)],
    [
      'the tip cut down to its cap',
      fees(800n, 80n),
      fees(900n, 300n),
      { maxPriorityFeePerGasWei: 95n },
      fees(900n, 95n),
    ],
    ['just within the cap', fees(800n, 80n), fees(100n, 10n), { maxFeePerGasWei: 900n }, fees(900n, 90n)],
    ['none one wei below', fees(800n, 80n), fees(100n, 10n), { maxFeePerGasWei: 899n }, null],
    ['none where the ceiling forbids it', fees(800n, 80n), fees(2_000n, 300n), { ceilingWei: 899n }, null],
    ['none where the tip may not rise', fees(800n, 80n), fees(2_000n, 300n), { maxPriorityFeePerGasWei: 89n }, null],
    ['none where there may be no tip', fees(800n, 0n), fees(2_000n, 0n), { maxPriorityFeePerGasWei: 0n }, null],
    ['legacy', legacy(800n), legacy(100n), {}, legacy(900n)],
    ['legacy: no tip of its own to cap', legacy(800n), legacy(100n), { maxPriorityFeePerGasWei: 1n }, legacy(900n)],
    ['legacy: none above the cap', legacy(800n), legacy(100n), { maxFeePerGasWei: 899n }, null],
  ] as const)('%s', (_, present, market, caps, expected) => {
    expect(replacementFees(present, market, { ...NO_CAPS, ...caps })).toEqual(expected);
  });

  it('replace in every pool and stay within the caps, or are none because a cap is below the bump', () => {
    fc.assert(
      fc.property(anyFees, anyFees, anyCaps, (present, market, caps) => {
        const feeCaps = [caps.maxFeePerGasWei, caps.ceilingWei].filter((cap) => cap !== null);
        const tipCap = market.type === 'legacy' ? null : caps.maxPriorityFeePerGasWei;
        const replacement = replacementFees(present, market, caps);
        const room = feeCaps.every((cap) => cap >= bumped(present.maxFeePerGasWei));
        const tipRoom = tipCap === null || tipCap >= bumped(present.maxPriorityFeePerGasWei);
        expect(replacement !== null).toBe(room && tipRoom);
        if (replacement === null) return;
        expect(replacement.type).toBe(market.type);
        for (const cap of feeCaps) expect(replacement.maxFeePerGasWei <= cap).toBe(true);
        if (tipCap !== null) expect(replacement.maxPriorityFeePerGasWei <= tipCap).toBe(true);
        expect(replacement.maxPriorityFeePerGasWei <= replacement.maxFeePerGasWei).toBe(true);
        expect(replacement.maxFeePerGasWei >= bumped(present.maxFeePerGasWei)).toBe(true);
        expect(replacement.maxPriorityFeePerGasWei >= bumped(present.maxPriorityFeePerGasWei)).toBe(true);
      }),
      { numRuns: 1_000, seed: 12 },
    );
  });
});

describe('setting equal bytes apart', () => {
  it.each([
    [fees(100n, 10n), 1n, fees(99n, 10n)],
    [fees(100n, 100n), 3n, fees(97n, 97n)],
    [legacy(100n), 2n, legacy(98n)],
    [fees(1n, 1n), 1n, fees(2n, 1n)],
    [fees(0n, 0n), 1n, fees(1n, 0n)],
    [legacy(0n), 2n, legacy(2n)],
  ])('%o by %s', (from, by, expected) => {
    expect(setApart(from, by)).toEqual(expected);
  });

  it('always differs, is more than nothing, and stays below what it was wherever it can', () => {
    fc.assert(
      fc.property(anyFees, fc.bigInt({ min: 1n, max: 100n }), (from, by) => {
        const apart = setApart(from, by);
        expect(apart.type).toBe(from.type);
        expect(apart.maxFeePerGasWei).not.toBe(from.maxFeePerGasWei);
        expect(apart.maxFeePerGasWei > 0n).toBe(true);
        expect(apart.maxPriorityFeePerGasWei <= apart.maxFeePerGasWei).toBe(true);
        if (from.maxFeePerGasWei > by) expect(apart.maxFeePerGasWei < from.maxFeePerGasWei).toBe(true);
        if (from.type === 'legacy') expect(apart.maxPriorityFeePerGasWei).toBe(apart.maxFeePerGasWei);
        else expect(apart.maxPriorityFeePerGasWei <= from.maxPriorityFeePerGasWei).toBe(true);
      }),
      { numRuns: 1_000, seed: 12 },
    );
  });
});
