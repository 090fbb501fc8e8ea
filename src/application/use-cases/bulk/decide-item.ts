import type { Millis, TransactionId } from '../../../domain/primitives.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import type { JobItem } from '../../change-set.ts';
import type { BulkJob } from '../../ports/bulk-jobs.ts';
import type { TransactionView } from '../../ports/views.ts';
import { decideRetry, type DecidedRetry } from '../retry/decide-retry.ts';

export interface DecidedItem {
  readonly item: JobItem;
  readonly retry: DecidedRetry | null;
}

type NotDone = Extract<JobItem['outcome'], 'skipped' | 'failed'>;

/** What a job makes of one of its transactions as it stands now: a retry as an operator's own would be, or why none. */
export function decideItem(
  job: Pick<BulkJob, 'id' | 'createdBy' | 'requestId' | 'reason'>,
  transactionId: TransactionId,
  transaction: Transaction | undefined,
  view: TransactionView | undefined,
  now: Millis,
): DecidedItem {
  const of = { jobId: job.id, transactionId };
  const not = (outcome: NotDone, code: string, message: string): DecidedItem => ({
    item: { ...of, outcome, why: { code, message } },
    retry: null,
  });
  if (transaction === undefined || view === undefined)
    return not('failed', 'not_found', 'no transaction with this id is on record');
  // Somebody said that nobody will retry it; a retry of it alone can still overrule that.
  if (view.closed !== null) return not('skipped', 'closed', `this failure was closed by ${view.closed.by}`);
  const { createdBy: name, requestId, reason } = job;
  const order = { actor: { name, requestId }, reason, changes: {}, note: { bulkRetry: job.id } };
  const verdict = decideRetry(order, transaction, view, now);
  switch (verdict.kind) {
    case 'decided':
      return { item: { ...of, outcome: 'retried', why: null }, retry: verdict };
    case 'illegal':
      return not('skipped', 'illegal_transition', verdict.message);
    case 'invalid':
      return not('failed', 'invalid_field', verdict.message);
  }
}
