import type { ChangeSet } from './change-set.ts';
import type { Committed, Conflict, Ledger } from './ports/ledger.ts';

/** Who is told of a commit; each returns at once. */
export interface CommitSignals {
  /** It has something to publish; its newest outbox number. */
  onOutbox(sequence: number): void;
  /** It has entries for timelines. */
  onEvents(): void;
}

/** Tells the relay and the live feed of commits that they have something to do for: no polling interval in the way of a transaction. */
export class SignallingLedger implements Ledger {
  constructor(
    private readonly ledger: Ledger,
    private readonly signals: CommitSignals,
  ) {}

  async commit(changes: ChangeSet): Promise<Committed | Conflict> {
    const result = await this.ledger.commit(changes);
    if (result.kind === 'committed') {
      if (result.outbox !== null) this.signals.onOutbox(result.outbox);
      if (changes.events !== undefined && changes.events.length > 0) this.signals.onEvents();
    }
    return result;
  }
}
