import type { NodeError } from '../../../../domain/node-answer/classify.ts';
import { accountIn } from './block-builder.ts';
import type { ScriptedChain } from './chain.ts';
import type { DecodedTransaction } from './decoded-transaction.ts';
import { highestCostWei, TRANSFER_GAS } from './gas.ts';
import { insufficientFunds, intrinsicGasTooLow, MALFORMED, nonceTooLow, wrongChain } from './refusals.ts';

/** Takes bytes into the mempool as an honest node does, nonces above the next one included; else says why not. */
export function admit(chain: ScriptedChain, transaction: DecodedTransaction | null): NodeError | null {
  if (transaction === null) return MALFORMED;
  const { chainId, from, nonce, gasLimit } = transaction;
  if (chainId !== chain.chainId) return wrongChain(chainId, chain.chainId);
  if (gasLimit < TRANSFER_GAS) return intrinsicGasTooLow(gasLimit);
  const account = accountIn(chain.tip.accounts, from);
  if (nonce < account.nonce) return nonceTooLow(account.nonce, nonce);
  if (highestCostWei(transaction) > account.balanceWei) return insufficientFunds(account.balanceWei, transaction);
  return chain.mempool.add(transaction);
}
