import type { Transaction } from '../transaction/transaction.ts';
import { undecided, type Decision } from './decision.ts';

/**
 * A person says of a failure that nobody will retry it. No transition: the row stays failed, its live bytes are looked for as before, and
 * a later retry is as legal as ever. It moves to a new version all the same, so that of a close and a retry at one moment one is refused.
 * Null: it is not failed.
 */
export const closeFailed = (
  transaction: Transaction,
  detail: Readonly<Record<string, unknown>> | null,
): Decision | null =>
  transaction.status === 'failed'
    ? { ...undecided(transaction), timeline: [{ type: 'Closed', from: 'failed', to: 'failed', detail }] }
    : null;
