import { lower, type FeeCaps, type Fees } from './quote.ts';

/**
 * At least 12.5 % more, rounded up, and never the same. geth asks 10 % of both fees, others a little more (core/txpool: PriceBump), and
 * that each is higher than before, a tip of zero too (core/txpool/legacypool: list.Add).
 */
export const bumped = (wei: bigint): bigint => (wei === 0n ? 1n : (wei * 9n + 7n) / 8n);

/**
 * Fees that replace bytes at `present` in a pool: both up by 12.5 % or to the market, whichever is more.
 * Null where the caps do not allow it: then the same bytes are sent again, which is all that can be done (docs/rules.md, failure 4).
 */
export function replacementFees(
  present: Pick<Fees, 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'>,
  market: Fees,
  caps: FeeCaps,
): Fees | null {
  const more = (old: bigint, asked: bigint): bigint => (bumped(old) > asked ? bumped(old) : asked);
  const feeCap = lower(more(present.maxFeePerGasWei, market.maxFeePerGasWei), caps.maxFeePerGasWei, caps.ceilingWei);
  const tip =
    market.type === 'legacy'
      ? feeCap
      : lower(
          more(present.maxPriorityFeePerGasWei, market.maxPriorityFeePerGasWei),
          caps.maxPriorityFeePerGasWei,
          feeCap,
        );
  if (feeCap < bumped(present.maxFeePerGasWei)) return null;
  if (market.type !== 'legacy' && tip < bumped(present.maxPriorityFeePerGasWei)) return null;
  return { type: market.type, maxFeePerGasWei: feeCap, maxPriorityFeePerGasWei: tip };
}

/**
 * Two rows may ask for the same thing, and RFC 6979 signatures are deterministic: at the same nonce they would be the same bytes, one
 * hash, and one mined transaction would count for both. A wei less sets them apart and stays below every cap (a fee of
 * next to nothing can only be raised).
 */
export const setApart = (fees: Fees, by: bigint): Fees => {
  const maxFeePerGasWei = fees.maxFeePerGasWei > by ? fees.maxFeePerGasWei - by : fees.maxFeePerGasWei + by;
  const tip = fees.type === 'legacy' ? maxFeePerGasWei : lower(fees.maxPriorityFeePerGasWei, maxFeePerGasWei);
  return { ...fees, maxFeePerGasWei, maxPriorityFeePerGasWei: tip };
};
