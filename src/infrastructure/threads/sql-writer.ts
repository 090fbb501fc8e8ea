import type { LedgerWriter } from '../../adapters/outbound/sql/ledger/ledger-writer.ts';
import type { Leases } from '../../application/ports/leases.ts';
import type { Outbox } from '../../application/ports/outbox.ts';
import { asUnavailable } from './as-unavailable.ts';
import { Thread } from './thread.ts';

/** The writes that are made all the time, on a connection of their own in a thread of their own. */
export interface SqlWriter extends LedgerWriter {
  readonly outboxDone: Outbox['done'];
  readonly leases: Leases;
  /** How long whatever comes from now on waits for another process that is writing. */
  waitNoLongerThan(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** @param path of a SQLite file whose tables are there */
export function startSqlWriter(path: string, onFailure: (error: Error) => void): SqlWriter {
  const thread = new Thread('sql-writer-thread', path, onFailure);
  const call = <Answer>(method: string, argument: unknown): Promise<Answer> =>
    asUnavailable(thread.call<Answer>(method, argument));
  return {
    write: (prepared) => call('write', prepared),
    outboxDone: (sequences) => call('outboxDone', sequences),
    leases: {
      acquire: (...of) => call('acquire', of),
      renew: (...of) => call('renew', of),
      release: (...of) => call('release', of),
    },
    waitNoLongerThan: (ms) => call('waitNoLongerThan', ms),
    close: () => thread.close(),
  };
}
