import type { BlockRef, ChainId, SignerKey, TransactionId } from '../../../domain/primitives.ts';
import type { TransactionRequest } from '../../../domain/transaction/request.ts';
import type { Status } from '../../../domain/transaction/transaction.ts';
import type { ChainNode } from '../../ports/chain-node.ts';
import type { DoubtRow, Doubts } from '../../ports/doubts.ts';
import type { RestorePoint, Work } from '../../ports/work.ts';
import { strangersSince, type Stranger, type StrangerParts } from './strangers.ts';

export interface ReportParts extends StrangerParts {
  readonly work: Pick<Work, 'signers' | 'chain'>;
  readonly doubts: Doubts;
  readonly node: StrangerParts['node'] & Pick<ChainNode, 'head'>;
}

/** A row that asks for the same as a stranger did: most likely the stranger is what became of it. */
interface Alike {
  readonly id: TransactionId;
  readonly status: Status;
}

export interface ReportedStranger extends Stranger {
  readonly alike: readonly Alike[];
}

export interface SignerReport {
  readonly key: SignerKey;
  readonly reason: string;
  readonly since: RestorePoint;
  /** Transactions of the account by the chain's head; null: the node does not say. */
  readonly count: number | null;
  /** The same with what the node's pool holds that could be mined next. */
  readonly pendingCount: number | null;
  readonly strangers: readonly ReportedStranger[];
  /** Queued, without bytes that the record knows: signed as soon as the signer goes on. */
  readonly queuedInDoubt: number;
  /** Failed and open: a person may have retried them since the backup. */
  readonly failedInDoubt: number;
}

export interface RestoreReport {
  readonly head: BlockRef;
  /** Up to where the service has read the chain by now. */
  readonly cursor: BlockRef | null;
  readonly signers: readonly SignerReport[];
  readonly incomplete: string | null;
}

const ROWS_AT_ONCE = 500;

/** What a restored record does not know of its signers, beside what it would do. Only reads. Null: no signer waits for it. */
export async function reportRestore(
  parts: ReportParts,
  chainId: ChainId,
): Promise<RestoreReport | { readonly unanswered: string } | null> {
  const rows = await parts.work.signers(chainId);
  const restored = rows.flatMap(({ key, paused }) =>
    paused?.restored === undefined ? [] : [{ key, reason: paused.reason, since: paused.restored }],
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
  const signers: SignerReport[] = [];
  for (const [i, { key, reason, since }] of restored.entries()) {
    const own = strangers.filter(({ from }) => from === key.address);
    const doubts = await doubtsOf(parts.doubts, key, own);
    const [count, pendingCount] = [latest[i], pending[i]];
    signers.push({
      key,
      reason,
      since,
      count: count?.ok ? count.value.nonce : null,
      pendingCount: pendingCount?.ok ? pendingCount.value.nonce : null,
      ...doubts,
    });
  }
  const chain = await parts.work.chain(chainId);
  return { head: head.value, cursor: chain?.cursor ?? null, signers, incomplete };
}

async function doubtsOf(
  doubts: Doubts,
  key: SignerKey,
  strangers: readonly Stranger[],
): Promise<Pick<SignerReport, 'strangers' | 'queuedInDoubt' | 'failedInDoubt'>> {
  const alike = new Map<Stranger, Alike[]>(strangers.map((one) => [one, []]));
  let [queuedInDoubt, failedInDoubt] = [0, 0];
  let after: TransactionId | null = null;
  for (let full = true; full;) {
    const page: readonly DoubtRow[] = await doubts.inDoubt(key, ROWS_AT_ONCE, after);
    for (const { transaction, request } of page) {
      if (transaction.status === 'queued') queuedInDoubt += 1;
      else failedInDoubt += 1;
      for (const [stranger, rows] of alike)
        if (isAlike(stranger, request)) rows.push({ id: transaction.id, status: transaction.status });
    }
    after = page.at(-1)?.transaction.id ?? null;
    full = page.length === ROWS_AT_ONCE;
  }
  return {
    strangers: strangers.map((one) => ({ ...one, alike: alike.get(one) ?? [] })),
    queuedInDoubt,
    failedInDoubt,
  };
}

/** Gas and fees are no part of what was asked for: they are chosen anew each time that something is signed. */
export const isAlike = (
  { unsigned }: Pick<Stranger, 'unsigned'>,
  { to, valueWei, data }: Pick<TransactionRequest, 'to' | 'valueWei' | 'data'>,
): boolean => unsigned !== null && unsigned.to === to && unsigned.valueWei === valueWei && unsigned.data === data;
