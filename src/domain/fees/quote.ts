/** What the market takes, from `eth_feeHistory` (or `eth_gasPrice` where the chain has no base fee). Wei per gas. */
export interface Market {
  /** Base fee of the next block; null on a chain without EIP-1559. */
  readonly baseFeePerGasWei: bigint | null;
  readonly tipWei: bigint;
  /** For chains without EIP-1559. */
  readonly gasPriceWei: bigint | null;
}

/** Ceilings in wei per gas; null: none. The client's and the chain's. */
export interface FeeCaps {
  readonly maxFeePerGasWei: bigint | null;
  readonly maxPriorityFeePerGasWei: bigint | null;
  /** `MAX_FEE_PER_GAS_WEI`: a client's cap above it is cut down to it. */
  readonly ceilingWei: bigint | null;
}

/** For `legacy` both are the gas price. */
export interface Fees {
  readonly type: 'eip1559' | 'legacy';
  readonly maxFeePerGasWei: bigint;
  readonly maxPriorityFeePerGasWei: bigint;
}

const ONE_GWEI = 1_000_000_000n;

/** The median of what recent blocks took; 1 gwei where the history is silent (empty blocks report zero). */
export function medianTip(recentTipsWei: readonly bigint[]): bigint {
  const paid = recentTipsWei.filter((tip) => tip > 0n).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return paid[paid.length >> 1] ?? ONE_GWEI;
}

export const lower = (value: bigint, ...caps: readonly (bigint | null)[]): bigint =>
  caps.reduce<bigint>((least, cap) => (cap !== null && cap < least ? cap : least), value);

/** Whether the caps keep it out of the next block. */
export const isBelowBase = ({ baseFeePerGasWei }: Market, { maxFeePerGasWei, ceilingWei }: FeeCaps): boolean =>
  baseFeePerGasWei !== null && lower(baseFeePerGasWei, maxFeePerGasWei, ceilingWei) < baseFeePerGasWei;

/** `maxFeePerGas = 2 * baseFee + tip` (docs/rules.md, "Fees"): outlives six full blocks of +12.5 % each (EIP-1559). Caps always win. */
export function quoteFees(market: Market, caps: FeeCaps): Fees {
  if (market.baseFeePerGasWei === null) {
    const price = lower(market.gasPriceWei ?? ONE_GWEI, caps.maxFeePerGasWei, caps.ceilingWei);
    return { type: 'legacy', maxFeePerGasWei: price, maxPriorityFeePerGasWei: price };
  }
  const wantedTip = lower(market.tipWei, caps.maxPriorityFeePerGasWei);
  const maxFeePerGasWei = lower(2n * market.baseFeePerGasWei + wantedTip, caps.maxFeePerGasWei, caps.ceilingWei);
  // A tip above the cap is refused by every node: "max priority fee per gas higher than max fee per gas".
  return { type: 'eip1559', maxFeePerGasWei, maxPriorityFeePerGasWei: lower(wantedTip, maxFeePerGasWei) };
}
