import type { Answer, FeeHistory } from '../../../../../application/ports/chain-node.ts';
import { classify } from '../../../../../domain/node-answer/classify.ts';
import { block } from '../parse/block.ts';
import { feeHistory as parseFeeHistory, type ParsedFeeHistory } from '../parse/fee-history.ts';
import { parsed } from '../parse/malformed.ts';
import { quantity } from '../parse/scalars.ts';
import type { Web3Calls } from '../web3-calls.ts';

/** The median tip of the last five blocks: recent enough to follow the market, and one odd block decides nothing. */
const REQUEST = { method: 'eth_feeHistory', params: ['0x5', 'latest', [50]] } as const;

/** One call where the chain has a base fee above 0; else also the newest block and `eth_gasPrice`, which tell what kind of chain it is. */
export async function feeHistory(calls: Web3Calls): Promise<Answer<FeeHistory>> {
  const history = parsed(await calls.call(REQUEST), parseFeeHistory);
  if (!history.ok) return isMissingMethod(history) ? withoutHistory(calls, null) : history;
  if (history.value.nextBaseFeePerGasWei === 0n) return withoutHistory(calls, history.value);
  return { ok: true, value: { ...history.value, gasPriceWei: null } };
}

/** Whatever is not the endpoint's trouble: chains without EIP-1559 have their own words for a method that they lack. */
function isMissingMethod({ error }: { readonly error: Parameters<typeof classify>[0] }): boolean {
  return error.transport === undefined && classify(error).class === 'unknown';
}

async function withoutHistory(calls: Web3Calls, history: ParsedFeeHistory | null): Promise<Answer<FeeHistory>> {
  const [priceAnswer, blockAnswer] = await Promise.all([
    calls.call({ method: 'eth_gasPrice', params: [] }),
    calls.call({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
  ]);
  const newest = parsed(blockAnswer, block);
  if (!newest.ok) return newest;
  const price = parsed(priceAnswer, (value) => quantity(value, 'the gas price'));
  const { baseFeePerGasWei } = newest.value;
  if (baseFeePerGasWei !== null)
    return {
      ok: true,
      value: {
        nextBaseFeePerGasWei: history?.nextBaseFeePerGasWei ?? highestNext(baseFeePerGasWei),
        recentTipsWei: history?.recentTipsWei ?? [],
        gasPriceWei: price.ok ? price.value : null,
      },
    };
  if (!price.ok) return price;
  return { ok: true, value: { nextBaseFeePerGasWei: null, recentTipsWei: [], gasPriceWei: price.value } };
}

/** EIP-1559: from one block to the next the base fee rises by an eighth at most, and by 1 wei at least where it rises. */
function highestNext(baseFeePerGasWei: bigint): bigint {
  const eighth = baseFeePerGasWei / 8n;
  return baseFeePerGasWei + (eighth === 0n ? 1n : eighth);
}
