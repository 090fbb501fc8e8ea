import type { DecodedTransaction } from './decoded-transaction.ts';

/** What a plain transfer costs, and what everything costs here that is mined. */
export const TRANSFER_GAS = 21_000n;

/** What a sender must have before a block may hold the transaction (yellow paper, 6.2: up-front cost). */
export function highestCostWei({ valueWei, gasLimit, maxFeePerGasWei }: DecodedTransaction): bigint {
  return valueWei + gasLimit * maxFeePerGasWei;
}

/** EIP-1559: the base fee and the tip, within the cap; a legacy transaction pays its gas price. */
export function gasPriceWei(transaction: DecodedTransaction, baseFeePerGasWei: bigint | null): bigint {
  const { maxFeePerGasWei, maxPriorityFeePerGasWei } = transaction;
  if (baseFeePerGasWei === null) return maxFeePerGasWei;
  const withTip = baseFeePerGasWei + maxPriorityFeePerGasWei;
  return withTip < maxFeePerGasWei ? withTip : maxFeePerGasWei;
}
