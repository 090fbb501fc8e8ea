import type { NodeError } from '../../../../domain/node-answer/classify.ts';
import type { DecodedTransaction } from './decoded-transaction.ts';
import { highestCostWei } from './gas.ts';

/** What an honest node says when it does not take bytes, or cannot answer: geth's words. */
const refusal = (message: string): NodeError => ({ code: -32000, message });

export const MALFORMED: NodeError = { code: -32602, message: 'failed to decode signed transaction' };
export const ALREADY_KNOWN = refusal('already known');
export const REPLACEMENT_UNDERPRICED = refusal('replacement transaction underpriced');
export const UNKNOWN_BLOCK = refusal('header not found');

export const wrongChain = (have: number, want: number): NodeError =>
  refusal(`invalid chain id for signer: have ${have} want ${want}`);
export const intrinsicGasTooLow = (gasLimit: bigint): NodeError =>
  refusal(`intrinsic gas too low: gas ${gasLimit}, minimum needed 21000`);
export const nonceTooLow = (next: number, nonce: number): NodeError =>
  refusal(`nonce too low: next nonce ${next}, tx nonce ${nonce}`);
export const insufficientFunds = (balanceWei: bigint, transaction: DecodedTransaction): NodeError =>
  refusal(
    `insufficient funds for gas * price + value: balance ${balanceWei}, tx cost ${highestCostWei(transaction)}, overshot ${highestCostWei(transaction) - balanceWei}`,
  );
export const INSUFFICIENT_FOR_TRANSFER = refusal('insufficient funds for transfer');
export const executionReverted = (data: string): NodeError => ({ code: 3, message: 'execution reverted', data });
