import { demand } from './malformed.ts';
import { list, quantity, record } from './scalars.ts';

export interface ParsedFeeHistory {
  /** Of the block after the newest one; 0 also where the chain has none (geth writes 0 for blocks before London). */
  readonly nextBaseFeePerGasWei: bigint;
  readonly recentTipsWei: readonly bigint[];
}

/** `eth_feeHistory` with one percentile: `baseFeePerGas` has one entry more than blocks, `reward` one list a block or is left out. */
export function feeHistory(value: unknown): ParsedFeeHistory {
  const fields = record(value, 'feeHistory');
  const next = list(fields['baseFeePerGas'], 'feeHistory.baseFeePerGas').at(-1);
  return { nextBaseFeePerGasWei: quantity(next, 'the next baseFeePerGas'), recentTipsWei: tips(fields) };
}

/** An empty block took no tip; nodes write 0 for it, which would pull every quote down to nothing. */
function tips(fields: Readonly<Record<string, unknown>>): readonly bigint[] {
  const reward = fields['reward'];
  if (reward === undefined || reward === null) return [];
  const used = list(fields['gasUsedRatio'], 'feeHistory.gasUsedRatio');
  return list(reward, 'feeHistory.reward').flatMap((block, index) => {
    const ratio = used[index];
    demand(typeof ratio === 'number', 'feeHistory.gasUsedRatio has no number for a block');
    return ratio === 0 ? [] : [quantity(list(block, 'feeHistory.reward of a block')[0], 'a tip')];
  });
}
