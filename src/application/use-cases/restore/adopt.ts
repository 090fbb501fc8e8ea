import { decide, type Decision } from '../../../domain/decisions/decision.ts';
import type { Address, BlockRef, ChainId, TransactionId, TxHash } from '../../../domain/primitives.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import type { NewAttempt } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { ChainNode } from '../../ports/chain-node.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Doubts } from '../../ports/doubts.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Recovered, TransactionCodec } from '../../ports/transaction-codec.ts';
import { isRestored, type BroadcastRow, type Work } from '../../ports/work.ts';
import { isAlike } from './pairs.ts';

export interface AdoptParts {
  readonly work: Pick<Work, 'forBroadcast' | 'signers' | 'chain'>;
  readonly doubts: Pick<Doubts, 'known'>;
  readonly node: Pick<ChainNode, 'signedBytes' | 'block'>;
  readonly codec: Pick<TransactionCodec, 'recover'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export interface AdoptCommand {
  readonly id: TransactionId;
  readonly hash: TxHash;
  readonly actor: string;
  readonly reason: string;
}

export type AdoptOutcome = { readonly kind: 'adopted' } | { readonly kind: 'refused'; readonly because: string };

const refused = (because: string): AdoptOutcome => ({ kind: 'refused', because });

type TransactionRow = Extract<BroadcastRow, { holder: 'transaction' }>;
type Bytes = Extract<Recovered, { kind: 'recovered' }>;

/**
 * Gives a row of a restored record back what the record had lost: the bytes that were mined for it. From then on it is what any row is whose
 * late bytes are in a block, and the tracker says at depth what became of it; so its client reads the truth, and nothing is sent again.
 */
export class AdoptMined {
  constructor(private readonly parts: AdoptParts) {}

  async adopt(command: AdoptCommand): Promise<AdoptOutcome> {
    const row = await this.row(command.id);
    if ('kind' in row) return row;
    const bytes = await this.bytes(command.hash, row);
    if ('because' in bytes) return bytes;
    const { raw, block, recovered } = bytes;
    const decision = adopted(row.transaction, recovered, block);
    if (decision === null) return refused(`it is ${row.transaction.status} and cannot become included`);
    const now = this.parts.clock.now();
    const result = await this.parts.ledger.commit({
      step: 'adopt',
      at: now,
      ...changesOf([decision], command.actor),
      newAttempts: [attemptOf(row.transaction, recovered, raw, now)],
      audit: [
        {
          actor: command.actor,
          action: 'adopt',
          transactionId: command.id,
          reason: command.reason,
          detail: { hash: command.hash, nonce: recovered.unsigned.nonce, block: block.number },
          requestId: null,
        },
      ],
    });
    return result.kind === 'committed' ? { kind: 'adopted' } : refused(`it changed meanwhile (${result.reason})`);
  }

  private async row(id: TransactionId): Promise<TransactionRow | AdoptOutcome> {
    const row = (await this.parts.work.forBroadcast([id])).get(id);
    if (row?.holder !== 'transaction') return refused(`no transaction ${id} is on record`);
    const { chainId, liveNonce } = row.transaction;
    if ((await this.restored(chainId)).size === 0)
      return refused(`chain ${chainId} does not wait for a decision after a restore`);
    return liveNonce === null
      ? row
      : refused(`it has bytes at nonce ${liveNonce} that may yet be mined: the tracker says what becomes of it`);
  }

  private async restored(chainId: ChainId): Promise<ReadonlySet<Address>> {
    const signers = await this.parts.work.signers(chainId);
    return new Set(signers.filter(isRestored).map(({ key }) => key.address));
  }

  private async bytes(
    hash: TxHash,
    { transaction, request }: TransactionRow,
  ): Promise<(AdoptOutcome & { kind: 'refused' }) | { raw: NewAttempt['raw']; block: BlockRef; recovered: Bytes }> {
    const no = (because: string) => ({ kind: 'refused', because }) as const;
    const { node, codec, doubts, work } = this.parts;
    if ((await doubts.known([hash])).size > 0) return no(`${hash} is on record already`);
    const [answer] = await node.signedBytes([hash]);
    if (!answer?.ok) return no(`the node does not answer: ${answer?.error.message ?? ''}`);
    const found = answer.value;
    if (found === null || found.block === null) return no(`${hash} is in no block, as far as the node knows`);
    const [recovered] = await codec.recover([found.raw]);
    if (recovered?.kind !== 'recovered' || recovered.hash !== hash)
      return no(`the node shows other bytes than ${hash}`);
    const isOurs = (await this.restored(transaction.chainId)).has(recovered.from);
    if (!isOurs || recovered.unsigned.chainId !== transaction.chainId)
      return no(`it is a transaction of ${recovered.from} on chain ${recovered.unsigned.chainId}`);
    if (!isAlike(recovered, request)) return no('it asks for something else: recipient, value or data differ');
    const { block } = found;
    const cursor = (await work.chain(transaction.chainId))?.cursor ?? null;
    if (cursor === null || block.number > cursor.number)
      return no(`the service has not read block ${block.number} yet: it has to run until it has`);
    const standing = await node.block(block.number);
    if (!standing.ok || standing.value?.hash !== block.hash) return no(`block ${block.number} is another one now`);
    return { raw: found.raw, block, recovered };
  }
}

/**
 * It has its bytes again, at a nonce that it does not hold: late bytes in a block, which the table knows from queued and from failed. Their signer
 * becomes its own: where a client leaves the choice to the service, the repeat of a request may have been given another than the one that paid.
 */
function adopted(row: Transaction, { hash, from, unsigned }: Bytes, block: BlockRef): Decision | null {
  const again: Transaction = { ...row, signer: from, liveNonce: unsigned.nonce, attemptHash: hash };
  const inclusion = { block, hash, kind: 'original', revision: row.revision } as const;
  const detail = { block: block.number, hash, adopted: true };
  const decision = decide(again, { type: 'Included', inclusion }, detail);
  if (decision === null || row.status === 'failed') return decision && { ...decision, before: row };
  // A nonce that it was given and never used, as far as the record knows, is free again.
  return { ...decision, before: row, after: { ...decision.after, heldNonce: null } as Transaction };
}

const attemptOf = (
  row: Transaction,
  { hash, from, unsigned }: Bytes,
  raw: NewAttempt['raw'],
  now: number,
): NewAttempt => ({
  hash,
  holder: 'transaction',
  holderId: row.id,
  signer: { chainId: row.chainId, address: from },
  kind: 'original',
  revision: row.revision,
  nonce: unsigned.nonce,
  gasLimit: unsigned.gasLimit,
  maxFeePerGasWei: unsigned.maxFeePerGasWei,
  maxPriorityFeePerGasWei: unsigned.maxPriorityFeePerGasWei,
  signedAt: now,
  raw,
});
