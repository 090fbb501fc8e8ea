import type { CountedCause } from '../retry/retry-cause.ts';
import { countFailure, type TryFacts } from '../retry/count-failure.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { waitsForUs } from '../transaction/transition.ts';
import { wait, waitWithoutNonce, type Decision } from './decision.ts';
import { codeWhenExhausted, fail } from './fail.ts';

/** A failure that counts: the next retry, with or without the nonce, or Failed when the retries are used up. Null: the row moved on. */
export function retryOrFail(
  transaction: Transaction,
  facts: TryFacts,
  lastError: CountedCause,
  options: { readonly releaseNonce: boolean; readonly nodeMessage: string | null },
): Decision | null {
  if (!waitsForUs(transaction)) return null;
  const retry = countFailure(transaction.retry, facts, lastError);
  if (retry === null) return fail(transaction, codeWhenExhausted(lastError), options.nodeMessage);
  return options.releaseNonce ? waitWithoutNonce(transaction, retry, lastError) : wait(transaction, retry);
}
