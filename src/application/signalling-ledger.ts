import type { ChangeSet } from './change-set.ts';
import type { Committed, Conflict, Ledger } from './ports/ledger.ts';

/** Tells the relay of a commit that has something to publish: no polling interval in the way of a transaction. */
export class SignallingLedger implements Ledger {
  constructor(
    private readonly ledger: Ledger,
    private readonly onOutbox: (sequence: number) => void,
  ) {}

  async commit(changes: ChangeSet): Promise<Committed | Conflict> {
    const result = await this.ledger.commit(changes);
    if (result.kind === 'committed' && result.outbox !== null) this.onOutbox(result.outbox);
    return result;
  }
}
