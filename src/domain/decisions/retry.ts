import type { Millis } from '../primitives.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { decide, type Decision } from './decision.ts';

/** An operator's retry of a failed row, anew from the first try; `revision` is the edit's number or the present one. Null: it is not failed. */
export const retryFailed = (
  transaction: Transaction,
  command: { readonly revision: number; readonly validUntil: Millis | null; readonly now: Millis },
  detail: Readonly<Record<string, unknown>> | null,
): Decision | null =>
  decide(
    transaction,
    { type: 'Retried', revision: command.revision, validUntil: command.validUntil, dueAt: command.now },
    detail,
  );
