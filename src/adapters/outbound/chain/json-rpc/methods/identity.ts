import type { Answer, ChainIdentity } from '../../../../../application/ports/chain-node.ts';
import type { BlockHash, ChainId } from '../../../../../domain/primitives.ts';
import { blockAsked } from '../parse/block.ts';
import { demand, parsed } from '../parse/malformed.ts';
import { smallQuantity } from '../parse/scalars.ts';
import type { Web3Calls } from '../web3-calls.ts';

/** The client's version is for people: where a provider keeps it to itself the chain is still known. */
export async function identity(calls: Web3Calls): Promise<Answer<ChainIdentity>> {
  const [idAnswer, genesisAnswer, versionAnswer] = await Promise.all([
    calls.call({ method: 'eth_chainId', params: [] }),
    calls.call({ method: 'eth_getBlockByNumber', params: ['0x0', false] }),
    calls.call({ method: 'web3_clientVersion', params: [] }),
  ]);
  const chainId = parsed(idAnswer, (value) => smallQuantity(value, 'the chain id') as ChainId);
  if (!chainId.ok) return chainId;
  const genesisHash = parsed(genesisAnswer, genesis);
  if (!genesisHash.ok) return genesisHash;
  const version = versionAnswer.ok && typeof versionAnswer.value === 'string' ? versionAnswer.value : 'unknown';
  return { ok: true, value: { chainId: chainId.value, genesisHash: genesisHash.value, clientVersion: version } };
}

function genesis(value: unknown): BlockHash {
  const found = blockAsked(0)(value);
  demand(found !== null, 'the chain has no block 0');
  return found.hash;
}
