import type { BroadcastRow, LiveRow, Work } from '../../../../application/ports/work.ts';
import type { FillerState } from '../../../../domain/nonce/filler.ts';
import type { ChainId, HolderId, TransactionId, TxHash } from '../../../../domain/primitives.ts';
import type { AttemptKind } from '../../../../domain/transaction/attempt.ts';
import type { Transaction } from '../../../../domain/transaction/transaction.ts';
import { fillerColumnsOf, toFiller } from '../filler-row.ts';
import { stateColumnsOf, toTransaction } from '../transaction-row.ts';
import { withRequests } from './rows.ts';
import type { Raw, Reading } from './reading.ts';

type HolderWork = Pick<Work, 'forBroadcast' | 'liveAttempts' | 'transactions'>;

/** Rows that somebody names, by id or by hash. */
export class HolderReads implements HolderWork {
  constructor(private readonly reading: Reading) {}

  async forBroadcast(ids: readonly HolderId[]): Promise<ReadonlyMap<HolderId, BroadcastRow>> {
    const rows = await this.reading.joinIds(
      [...stateColumnsOf('t'), 'a.revision as attempt_revision', 'r.content'],
      `transactions t ON t.id = w.id JOIN revisions r ON r.transaction_id = t.id AND r.number = t.revision LEFT JOIN attempts a ON a.holder_id = t.id AND ${this.reading.notByIndex('a.hash')} = t.attempt_hash`,
      ids,
    );
    const found = new Map<HolderId, BroadcastRow>();
    for (const [i, { transaction, request }] of (await withRequests(this.reading.cipher, rows)).entries())
      found.set(transaction.id, { holder: 'transaction', transaction, request, attempt: attemptOf(rows[i] as Raw) });
    const others = ids.filter((id) => !found.has(id));
    const fillers = await this.reading.joinIds(
      [...fillerColumnsOf('f'), 'a.revision as attempt_revision'],
      'fillers f ON f.id = w.id LEFT JOIN attempts a ON a.hash = f.attempt_hash',
      others,
    );
    for (const row of fillers) {
      const filler = toFiller(row);
      found.set(filler.id, { holder: 'filler', filler, attempt: attemptOf(row) });
    }
    return found;
  }

  async liveAttempts(chainId: ChainId, hashes: readonly TxHash[]): Promise<readonly LiveRow[]> {
    const live = await this.reading.join(
      ['a.hash', 'a.kind', 'a.revision', 'a.nonce', 'a.holder', 'a.holder_id'],
      { chain_id: 'integer', hash: 'text' },
      "attempts a ON a.hash = w.hash WHERE a.outcome = 'live' AND a.chain_id = w.chain_id",
      [...new Set(hashes)].map((hash) => ({ chain_id: chainId, hash })),
    );
    const ids = (holder: string): HolderId[] =>
      live.filter((row) => row['holder'] === holder).map((row) => row['holder_id'] as HolderId);
    const [transactions, fillers] = await Promise.all([
      this.transactions(ids('transaction') as TransactionId[]),
      this.fillers(ids('filler')),
    ]);
    return live.flatMap((row): LiveRow[] => {
      const facts = {
        hash: row['hash'] as TxHash,
        kind: row['kind'] as AttemptKind,
        revision: row['revision'] as number,
        nonce: row['nonce'] as number,
      };
      const transaction = transactions.get(row['holder_id'] as TransactionId);
      const filler = fillers.get(row['holder_id'] as HolderId);
      if (transaction !== undefined) return [{ ...facts, holder: 'transaction', transaction }];
      return filler === undefined ? [] : [{ ...facts, holder: 'filler', filler }];
    });
  }

  async transactions(ids: readonly TransactionId[]): Promise<ReadonlyMap<TransactionId, Transaction>> {
    const rows = await this.reading.joinIds(stateColumnsOf('t'), 'transactions t ON t.id = w.id', ids);
    return new Map(rows.map(toTransaction).map((transaction) => [transaction.id, transaction]));
  }

  private async fillers(ids: readonly HolderId[]): Promise<ReadonlyMap<HolderId, FillerState>> {
    const rows = await this.reading.joinIds(fillerColumnsOf('f'), 'fillers f ON f.id = w.id', ids);
    return new Map(rows.map(toFiller).map((filler) => [filler.id, filler]));
  }
}

const attemptOf = (row: Raw): BroadcastRow['attempt'] =>
  row['attempt_revision'] === null
    ? null
    : { hash: row['attempt_hash'] as TxHash, revision: row['attempt_revision'] as number };
