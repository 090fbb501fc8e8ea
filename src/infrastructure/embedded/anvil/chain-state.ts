import type { BlockHash, BlockRef } from '../../../domain/primitives.ts';
import { callAnvil } from './rpc.ts';

/** `found`: it still ran, its server was killed; `loaded`: from the state kept at the last stop; `new`: there was none. */
export type ChainOrigin = 'found' | 'loaded' | 'new';

/**
 * `continues`: the chain that the database knows, or the database has read none. `fresh`: a new one, as the state of that was lost.
 * `behind`: one that is older than the database, or another.
 */
export type ChainState = 'continues' | 'fresh' | 'behind';

const TIMEOUT_MS = 10_000;

/**
 * The cursor's block tells: its hash stands for all that came before it. The first block tells nothing, since all embedded chains have the
 * same one.
 * @param cursor up to where the database has read its chain
 */
export async function chainState(port: number, origin: ChainOrigin, cursor: BlockRef | null): Promise<ChainState> {
  if (cursor === null || (await blockHash(port, cursor.number)) === cursor.hash) return 'continues';
  return origin === 'new' ? 'fresh' : 'behind';
}

export async function blockHash(port: number, number: number): Promise<BlockHash | null> {
  const block = await callAnvil(port, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, false], TIMEOUT_MS);
  return typeof block === 'object' && block !== null && 'hash' in block ? (String(block.hash) as BlockHash) : null;
}
