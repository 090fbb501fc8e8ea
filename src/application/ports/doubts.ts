import type { SignerKey, TransactionId, TxHash } from '../../domain/primitives.ts';
import type { TransactionRequest } from '../../domain/transaction/request.ts';
import type { Transaction } from '../../domain/transaction/transaction.ts';

/** Of what a restored record holds: it may have been done after the backup was taken, and nothing in the record would say so. */
export interface DoubtRow {
  readonly transaction: Transaction;
  readonly request: TransactionRequest;
}

/** What a person reads after a restore. */
export interface Doubts {
  /** Those of these hashes that are bytes on record, live or not. */
  known(hashes: readonly TxHash[]): Promise<ReadonlySet<TxHash>>;
  /**
   * Queued or failed, with no live attempt, by id: whatever was signed for them since the backup is lost. Of rows with a live attempt all bytes
   * share its nonce, the lost ones too, so they are in no doubt; those that a person closed are over.
   */
  inDoubt(signer: SignerKey, limit: number, after: TransactionId | null): Promise<readonly DoubtRow[]>;
}
