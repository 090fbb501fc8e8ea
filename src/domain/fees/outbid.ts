import type { FeeCaps, Fees } from './quote.ts';
import { replacementFees } from './replace.ts';

type Offer = Pick<Fees, 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'>;

const most = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b), 0n);

/** Fees that replace whichever of these bytes lies in a pool: the dearest in each of the two fees is outbid. Null where the caps forbid it. */
export const outbid = (rivals: readonly Offer[], market: Fees, caps: FeeCaps): Fees | null =>
  replacementFees(
    {
      maxFeePerGasWei: most(rivals.map((rival) => rival.maxFeePerGasWei)),
      maxPriorityFeePerGasWei: most(rivals.map((rival) => rival.maxPriorityFeePerGasWei)),
    },
    market,
    caps,
  );
