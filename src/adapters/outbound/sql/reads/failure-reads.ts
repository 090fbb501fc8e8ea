import type { FailureCode } from '../../../../domain/transaction/failure.ts';
import type { OpenFailure, Work } from '../../../../application/ports/work.ts';
import type { Millis, TransactionId } from '../../../../domain/primitives.ts';
import type { Reading } from './reading.ts';

/** The dedicated table of failures, by its index over state and time. */
export class FailureReads implements Pick<Work, 'openFailures'> {
  constructor(private readonly reading: Reading) {}

  async openFailures(limit: number, before: OpenFailure | null): Promise<readonly OpenFailure[]> {
    const query = this.reading.knex('failures').where('state', 'open');
    // Of one moment by id: whole batches fail in one commit.
    if (before !== null)
      void query.andWhereRaw('(opened_at < ? OR (opened_at = ? AND transaction_id < ?))', [
        before.at,
        before.at,
        before.transactionId,
      ]);
    const rows = await query
      .orderBy('opened_at', 'desc')
      .orderBy('transaction_id', 'desc')
      .limit(limit)
      .select<{ transaction_id: TransactionId; code: FailureCode; opened_at: Millis }[]>(
        'transaction_id',
        'code',
        'opened_at',
      );
    return rows.map((row) => ({ transactionId: row.transaction_id, code: row.code, at: row.opened_at }));
  }
}
