/** The database cannot make a record durable just now (disk full, connection lost, shutting down). Intake answers 503 for it. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}
