import type { Answer, Block, BlockContents } from '../../../../../application/ports/chain-node.ts';
import type { BlockHash } from '../../../../../domain/primitives.ts';
import { block as parseBlock, blockAsked } from '../parse/block.ts';
import { contentsOf } from '../parse/contents.ts';
import { parsed } from '../parse/malformed.ts';
import type { JsonRpcProvider, RpcRequest } from '../provider.ts';
import type { Web3Calls } from '../web3-calls.ts';

/** `false`: transactions as hashes. */
function request(which: BlockHash | number | 'latest'): RpcRequest {
  if (typeof which === 'number') return { method: 'eth_getBlockByNumber', params: [`0x${which.toString(16)}`, false] };
  return { method: which === 'latest' ? 'eth_getBlockByNumber' : 'eth_getBlockByHash', params: [which, false] };
}

export async function head(calls: Web3Calls): Promise<Answer<Block>> {
  return parsed(await calls.call(request('latest')), parseBlock);
}

export async function block(calls: Web3Calls, which: BlockHash | number): Promise<Answer<Block | null>> {
  return parsed(await calls.call(request(which)), blockAsked(which));
}

export async function contents(calls: Web3Calls, hash: BlockHash): Promise<Answer<BlockContents | null>> {
  return parsed(await calls.call({ method: 'eth_getBlockByHash', params: [hash, true] }), contentsOf(hash));
}

/** Both from one moment, as far as the node keeps to that: one batch. */
export async function around(
  provider: JsonRpcProvider,
  cursorNumber: number,
): Promise<Answer<{ readonly at: Block | null; readonly next: Block | null }>> {
  const until = provider.deadline();
  try {
    const numbers = [cursorNumber, cursorNumber + 1] as const;
    const [atAnswer, nextAnswer] = await provider.batch(numbers.map(request), until);
    const at = parsed(atAnswer as Answer<unknown>, blockAsked(numbers[0]));
    if (!at.ok) return at;
    const next = parsed(nextAnswer as Answer<unknown>, blockAsked(numbers[1]));
    if (!next.ok) return next;
    return { ok: true, value: { at: at.value, next: next.value } };
  } finally {
    until.dispose();
  }
}
