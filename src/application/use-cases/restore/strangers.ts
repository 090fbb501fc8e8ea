import type { Address, BlockRef, ChainId, TxHash } from '../../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import type { ChainNode, MinedTransaction } from '../../ports/chain-node.ts';
import type { Doubts } from '../../ports/doubts.ts';
import type { TransactionCodec } from '../../ports/transaction-codec.ts';
import type { RestorePoint } from '../../ports/work.ts';

export interface StrangerParts {
  readonly node: Pick<ChainNode, 'block' | 'contents' | 'accounts' | 'signedBytes'>;
  readonly doubts: Pick<Doubts, 'known'>;
  readonly codec: Pick<TransactionCodec, 'recover'>;
  /** No deeper block is ever replaced. */
  readonly confirmations: number;
}

/** A transaction of one of our signers that is in a block and that the record does not know. */
export interface Stranger {
  readonly hash: TxHash;
  readonly from: Address;
  readonly nonce: number;
  readonly block: BlockRef;
  /** By its own bytes, whose hash was compared; null: of a type that this service never signs, or the node does not show it. */
  readonly unsigned: UnsignedTransaction | null;
}

export interface Search {
  readonly strangers: readonly Stranger[];
  /** Null where every block was read that had to be; else what kept it from that: what is found may be a part. */
  readonly incomplete: string | null;
}

export interface SearchedSigner {
  readonly address: Address;
  readonly since: RestorePoint;
}

interface Seen extends MinedTransaction {
  readonly block: BlockRef;
}

/**
 * From the head back, by hash, to the last block that the backup had read; and no further than the first nonce that it had not seen used,
 * which is all that there can be. Where that block has been replaced since, what is above the deepest one that may be is looked through as well.
 */
export async function strangersSince(
  parts: StrangerParts,
  chainId: ChainId,
  signers: readonly SearchedSigner[],
  head: BlockRef,
): Promise<Search> {
  const counts = await parts.node.accounts(
    signers.map(({ address }) => address),
    head.hash,
  );
  const searches = new Map<Address, Looked>();
  for (const [i, { address, since }] of signers.entries()) {
    const count = counts[i];
    if (!count?.ok) return { strangers: [], incomplete: `no nonce count of ${address}: ${count?.error.message ?? ''}` };
    const stands = await isInChain(parts, since.cursor);
    if (stands === null)
      return { strangers: [], incomplete: `the node does not show block ${since.cursor?.number ?? 0}` };
    const { cursor, nextNonce } = since;
    searches.set(address, {
      above: cursor === null ? -1 : stands ? cursor.number : cursor.number - parts.confirmations,
      // Of an account that the backup had not seen, every transaction may be one of ours, and there are as many as its count says.
      left: stands ? range(nextNonce ?? 0, count.value.nonce) : null,
    });
  }
  const { seen, incomplete } = await walk(parts, searches, head);
  const known = await parts.doubts.known(seen.map(({ hash }) => hash));
  const unknown = seen.filter(({ hash }) => !known.has(hash));
  const { strangers, unanswered } = await withBytes(parts, chainId, unknown);
  return { strangers, incomplete: incomplete ?? unanswered };
}

/** One account's part of the search. */
interface Looked {
  /** Blocks above this number. */
  readonly above: number;
  /** Nonces that have not been met yet; null: no count says how many there are. */
  readonly left: Set<number> | null;
}

/** null: the node does not say. */
export async function isInChain(
  { node }: { readonly node: Pick<ChainNode, 'block'> },
  block: BlockRef | null,
): Promise<boolean | null> {
  if (block === null) return true;
  const answer = await node.block(block.number);
  return answer.ok && answer.value !== null ? answer.value.hash === block.hash : null;
}

async function walk(
  { node }: StrangerParts,
  searches: ReadonlyMap<Address, Looked>,
  head: BlockRef,
): Promise<{ seen: readonly Seen[]; incomplete: string | null }> {
  const seen: Seen[] = [];
  const goesOn = ({ number }: BlockRef): boolean =>
    [...searches.values()].some(({ above, left }) => number > above && (left === null || left.size > 0));
  for (let at: BlockRef = head; goesOn(at);) {
    const answer = await node.contents(at.hash);
    if (!answer.ok || answer.value === null) {
      const said = answer.ok ? '' : `: ${answer.error.message}`;
      return { seen, incomplete: `the node does not show block ${at.number}${said}` };
    }
    const { number, hash, parentHash, transactions } = answer.value;
    for (const one of [...transactions].reverse()) {
      const search = searches.get(one.from);
      if (search === undefined || number <= search.above) continue;
      search.left?.delete(one.nonce);
      seen.push({ ...one, block: { number, hash } });
    }
    at = { number: number - 1, hash: parentHash };
  }
  return { seen: seen.reverse(), incomplete: null };
}

async function withBytes(
  { node, codec }: StrangerParts,
  chainId: ChainId,
  seen: readonly Seen[],
): Promise<{ strangers: readonly Stranger[]; unanswered: string | null }> {
  const answers = await node.signedBytes(seen.map(({ hash }) => hash));
  const strangers: Stranger[] = [];
  let unanswered: string | null = null;
  for (const [i, { hash, from, nonce, block }] of seen.entries()) {
    const answer = answers[i];
    const raw = answer?.ok ? answer.value?.raw : undefined;
    if (!answer?.ok) unanswered = `the node does not show ${hash}: ${answer?.error.message ?? ''}`;
    const [recovered] = raw === undefined ? [] : await codec.recover([raw]);
    const isIt =
      recovered?.kind === 'recovered' &&
      recovered.hash === hash &&
      recovered.from === from &&
      recovered.unsigned.chainId === chainId;
    strangers.push({ hash, from, nonce, block, unsigned: isIt ? recovered.unsigned : null });
  }
  return { strangers, unanswered };
}

const range = (from: number, to: number): Set<number> => {
  const all = new Set<number>();
  for (let nonce = from; nonce < to; nonce++) all.add(nonce);
  return all;
};
