import { failure } from '../../domain/decisions/fail.ts';
import type { Millis, TransactionId } from '../../domain/primitives.ts';
import type { FailureCode } from '../../domain/transaction/failure.ts';
import type { Letter } from '../ports/dead-letters.ts';

/** What the dead-letter queue says of a failed transaction: ids, a code and our own words for it, never a node's or a client's. */
export const letterOf = (transactionId: TransactionId, code: FailureCode, at: Millis): Letter => ({
  v: 1,
  kind: 'failure',
  transactionId,
  code,
  message: failure(code).message,
  at: new Date(at).toISOString(),
});
