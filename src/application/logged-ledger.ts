import type { ChangeSet } from './change-set.ts';
import type { Committed, Conflict, Ledger } from './ports/ledger.ts';
import type { Log } from './ports/observability.ts';

/** A line for each transaction that fails, once that is durable. Not the node's words, which may quote what a client asked for. */
export class LoggedLedger implements Ledger {
  constructor(
    private readonly ledger: Ledger,
    private readonly log: Log,
  ) {}

  async commit(changes: ChangeSet): Promise<Committed | Conflict> {
    const result = await this.ledger.commit(changes);
    if (result.kind === 'committed') this.tell(changes);
    return result;
  }

  private tell({ failures = [], transactions = [] }: ChangeSet): void {
    if (failures.length === 0) return;
    const signers = new Map(transactions.map(({ after }) => [after.id, after.signer]));
    for (const failure of failures) {
      if (failure.kind !== 'opened') continue;
      const { transactionId, code } = failure;
      this.log.warn({ transactionId, code, signer: signers.get(transactionId) }, 'a transaction failed');
    }
  }
}
