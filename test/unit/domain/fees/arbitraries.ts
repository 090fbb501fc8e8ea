import fc from 'fast-check';
import type { FeeCaps, Fees, Market } from '../../../../src/domain/fees/quote.ts';

/** Wei per gas of any size that a chain was seen with, zero and one among them. */
export const anyWei = fc.oneof(
  fc.bigInt({ min: 0n, max: 20n }),
  fc.bigInt({ min: 0n, max: 1_000_000_000_000n }),
  fc.bigInt({ min: 0n, max: 2n ** 128n }),
);
const anyCap = fc.option(anyWei, { nil: null });

export const anyMarket: fc.Arbitrary<Market> = fc.record({
  baseFeePerGasWei: anyCap,
  tipWei: anyWei,
  gasPriceWei: anyCap,
});

export const anyCaps: fc.Arbitrary<FeeCaps> = fc.record({
  maxFeePerGasWei: anyCap,
  maxPriorityFeePerGasWei: anyCap,
  ceilingWei: anyCap,
});

/** Fees as bytes on record have them. */
export const anyFees: fc.Arbitrary<Fees> = fc
  .record({ type: fc.constantFrom('eip1559', 'legacy' as const), a: anyWei, b: anyWei })
  .map(({ type, a, b }) => {
    const [least, most] = a < b ? [a, b] : [b, a];
    return { type, maxFeePerGasWei: most, maxPriorityFeePerGasWei: type === 'legacy' ? most : least };
  });
