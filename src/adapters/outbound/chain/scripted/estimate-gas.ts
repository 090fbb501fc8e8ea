import type { Answer, Call } from '../../../../application/ports/chain-node.ts';
import { accountIn } from './block-builder.ts';
import type { TreeBlock } from './block-tree.ts';
import type { ScriptedChain } from './chain.ts';
import { TRANSFER_GAS } from './gas.ts';
import { executionReverted, INSUFFICIENT_FOR_TRANSFER } from './refusals.ts';

/** EIP-2028 and EIP-2: a byte of data costs 16 (here also a zero one), a creation 32,000. */
const DATA_BYTE_GAS = 16n;
const CREATION_GAS = 32_000n;

/** Intrinsic gas; code that reverts answers with its bytes, other code costs nothing. */
export function estimateGas(chain: ScriptedChain, head: TreeBlock, { from, to, valueWei, data }: Call): Answer<bigint> {
  const revertsWith = to === null ? null : (chain.code.get(to)?.revertsWith ?? null);
  if (revertsWith !== null) return { ok: false, error: executionReverted(revertsWith) };
  if (accountIn(head.accounts, from).balanceWei < valueWei) return { ok: false, error: INSUFFICIENT_FOR_TRANSFER };
  const dataGas = BigInt((data.length - 2) / 2) * DATA_BYTE_GAS;
  return { ok: true, value: TRANSFER_GAS + dataGas + (to === null ? CREATION_GAS : 0n) };
}
