import { startAnvil, type Anvil } from '../../../test/support/anvil.ts';
import type { Address } from '../../../src/domain/primitives.ts';

export interface BenchChain {
  readonly blockMs: number;
  /** Where a signer's count begins, as if it had a past on this chain; left out: at 0. */
  readonly firstNonces?: ReadonlyMap<Address, number>;
}

/** Far more than any block of these loads: the node's limit must be what is measured, and not the block's. */
const ARGS = ['--gas-limit', '3000000000'];

/** A new chain for `work`, gone after it. */
export async function withChain<Result>(
  { blockMs, firstNonces = new Map() }: BenchChain,
  work: (chain: Anvil) => Promise<Result>,
): Promise<Result> {
  const chain = await startAnvil({ blockTimeMs: blockMs, args: ARGS });
  try {
    for (const [address, nonce] of firstNonces) await chain.rpc('anvil_setNonce', address, `0x${nonce.toString(16)}`);
    return await work(chain);
  } finally {
    await chain.stop();
  }
}
