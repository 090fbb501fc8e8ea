import type { Transaction } from '../transaction/transaction.ts';
import { decide, type Decision } from './decision.ts';

/**
 * Cancel as this release has it: at once where nothing of it can be mined. With a live attempt it would take cancel bytes of the same
 * nonce (the lifecycle has the event; the next releases sign them), so it is refused: null.
 */
export const cancelUnsigned = (
  transaction: Transaction,
  detail: Readonly<Record<string, unknown>> | null,
): Decision | null => decide(transaction, { type: 'Cancelled' }, detail);
