import type { FailureCode } from '../../domain/transaction/failure.ts';
import type { TransactionId } from '../../domain/primitives.ts';

/** About one failed transaction, or about a message that nobody could read. */
export type Letter =
  | {
      readonly v: 1;
      readonly kind: 'failure';
      readonly transactionId: TransactionId;
      readonly code: FailureCode;
      readonly message: string;
      readonly at: string;
    }
  | { readonly v: 1; readonly kind: 'malformed'; readonly body: string; readonly at: string };

/** The dead-letter queue. The `failures` table is the truth; these are for whoever watches queues. */
export interface DeadLetters {
  put(letters: readonly Letter[]): Promise<void>;
  /** For the page of dead letters of a later release. */
  page(limit: number): Promise<readonly Letter[]>;
  /** Takes away the letters of transactions that were retried or closed. Unknown ids are no error. */
  remove(transactionIds: readonly TransactionId[]): Promise<void>;
}
