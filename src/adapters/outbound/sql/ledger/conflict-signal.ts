import type { Conflict } from '../../../../application/ports/ledger.ts';
import type { HolderId } from '../../../../domain/primitives.ts';

/** Rolls the database transaction back; caught by the ledger and answered as a Conflict. Never leaves the adapter. */
export class ConflictSignal extends Error {
  constructor(
    readonly reason: Conflict['reason'],
    readonly ids: readonly HolderId[] = [],
  ) {
    super(reason);
  }
}
