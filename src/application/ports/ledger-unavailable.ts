/**
 * What a call needs is away just now: the database cannot make a record durable (disk full, connection lost, shutting down), or a thread of
 * this process has ended. Whoever asked is answered 503, and asks again.
 */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}
