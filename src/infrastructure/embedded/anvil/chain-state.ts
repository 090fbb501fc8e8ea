import type { BlockHash, BlockRef } from '../../../domain/primitives.ts';
import { callAnvil } from './rpc.ts';

/** What the database remembers of the chain. */
export interface ExpectedChain {
  readonly genesisHash: BlockHash;
  readonly cursor: BlockRef | null;
}

/**
 * `continues`: the chain that the database knows, or the database knows none. `fresh`: another chain, as its state was lost. `behind`: the
 * same one, but older than the database.
 */
export type ChainState = 'continues' | 'fresh' | 'behind';

const TIMEOUT_MS = 10_000;

export async function chainState(port: number, expected: ExpectedChain | null): Promise<ChainState> {
  if (expected === null) return 'continues';
  if ((await blockHash(port, 0)) !== expected.genesisHash) return 'fresh';
  const { cursor } = expected;
  return cursor === null || (await blockHash(port, cursor.number)) === cursor.hash ? 'continues' : 'behind';
}

async function blockHash(port: number, number: number): Promise<string | null> {
  const block = await callAnvil(port, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, false], TIMEOUT_MS);
  return typeof block === 'object' && block !== null && 'hash' in block ? String(block.hash) : null;
}
