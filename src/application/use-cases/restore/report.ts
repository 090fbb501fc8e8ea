import type { BlockRef, ChainId, SignerKey, TransactionId } from '../../../domain/primitives.ts';
import type { AccountState, Answer, ChainNode } from '../../ports/chain-node.ts';
import type { Doubts } from '../../ports/doubts.ts';
import type { RestorePoint, Work } from '../../ports/work.ts';
import { alikeRows, type Alike, type DoubtCounts } from './pairs.ts';
import { strangersInPool } from './pool.ts';
import { isInChain, strangersSince, type Stranger, type StrangerParts } from './strangers.ts';

export interface ReportParts extends StrangerParts {
  readonly work: Pick<Work, 'signers' | 'chain' | 'competitors' | 'liveBelow'>;
  readonly doubts: Doubts;
  readonly node: StrangerParts['node'] & Pick<ChainNode, 'head'>;
}

export interface ReportedStranger extends Stranger {
  readonly alike: readonly Alike[];
}

/** In doubt are queued rows without bytes that the record knows, and failed and open ones, which a person may have retried since the backup. */
export interface SignerReport extends DoubtCounts {
  readonly key: SignerKey;
  readonly reason: string;
  readonly since: RestorePoint;
  /** By what the service has read since. */
  readonly nextNonce: number | null;
  /** Transactions of the account by the chain's head; null: the node does not say. */
  readonly count: number | null;
  /** The same with what the node's pool holds that could be mined next. */
  readonly pendingCount: number | null;
  /** Of what is in the pool, how much is not on record. */
  readonly strangersInPool: number | null;
  readonly strangers: readonly ReportedStranger[];
  /**
   * Rows that are not in a block and have live bytes at a nonce which the chain has used. Of what was sent for them since the backup the record
   * knows nothing, and they are in no doubt before these bytes are written off.
   */
  readonly outrun: readonly { readonly id: TransactionId; readonly nonce: number }[];
}

export interface RestoreReport {
  readonly head: BlockRef;
  /** Up to where the service has read the chain by now. */
  readonly cursor: BlockRef | null;
  /** That block is in the node's chain. */
  readonly cursorStands: boolean;
  readonly signers: readonly SignerReport[];
  readonly incomplete: string | null;
}

/** What a restored record does not know of its signers, beside what it would do. Only reads. Null: no signer waits for it. */
export async function reportRestore(
  parts: ReportParts,
  chainId: ChainId,
): Promise<RestoreReport | { readonly unanswered: string } | null> {
  const rows = await parts.work.signers(chainId);
  const restored = rows.flatMap(({ key, nextNonce, paused }) =>
    paused?.restored === undefined ? [] : [{ key, nextNonce, reason: paused.reason, since: paused.restored }],
  );
  if (restored.length === 0) return null;
  const head = await parts.node.head();
  if (!head.ok) return { unanswered: head.error.message };
  const addresses = restored.map(({ key }) => key.address);
  const searched = restored.map(({ key, since }) => ({ address: key.address, since }));
  const { strangers, incomplete } = await strangersSince(parts, chainId, searched, head.value);
  const [latest, pending] = [
    await parts.node.accounts(addresses, 'latest'),
    await parts.node.accounts(addresses, 'pending'),
  ];
  const cursor = (await parts.work.chain(chainId))?.cursor ?? null;
  const cursorStands = (await isInChain(parts, cursor)) === true;
  const counted: Counted[] = [];
  for (const [i, { key }] of restored.entries())
    counted.push(await countedOf(parts, key, nonceOf(latest[i]), nonceOf(pending[i])));
  // Last of all, so that a repeat which came meanwhile is seen.
  const { alike, counts } = await alikeRows(
    parts.doubts,
    rows.map(({ key }) => key),
    strangers,
  );
  const signers = restored.map((signer, i): SignerReport => ({
    ...signer,
    ...(counted[i] as Counted),
    strangers: strangers
      .filter(({ from }) => from === signer.key.address)
      .map((one) => ({ ...one, alike: alike.get(one) ?? [] })),
    ...(counts.get(signer.key.address) ?? { queuedInDoubt: 0, failedInDoubt: 0 }),
  }));
  return { head: head.value, cursor, cursorStands, signers, incomplete };
}

type Counted = Pick<SignerReport, 'count' | 'pendingCount' | 'strangersInPool' | 'outrun'>;

async function countedOf(
  parts: ReportParts,
  key: SignerKey,
  count: number | null,
  pendingCount: number | null,
): Promise<Counted> {
  const below = count === null ? [] : (await parts.work.liveBelow(key, count)).transactions;
  return {
    count,
    pendingCount,
    strangersInPool:
      count === null || pendingCount === null ? null : await strangersInPool(parts, key, count, pendingCount),
    outrun: below.map(({ id, liveNonce }) => ({ id, nonce: liveNonce as number })),
  };
}

const nonceOf = (answer: Answer<AccountState> | undefined): number | null => (answer?.ok ? answer.value.nonce : null);
