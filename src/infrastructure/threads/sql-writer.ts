import type { LedgerWriter } from '../../adapters/outbound/sql/ledger/ledger-writer.ts';
import type { Outbox } from '../../application/ports/outbox.ts';
import { LedgerUnavailable } from '../../application/ports/ledger-unavailable.ts';
import { Thread } from './thread.ts';

/** The writes that are made all the time, on a connection of their own in a thread of their own. */
export interface SqlWriter extends LedgerWriter {
  readonly outboxDone: Outbox['done'];
  close(): Promise<void>;
}

/** @param path of a SQLite file whose tables are there */
export function startSqlWriter(path: string, onFailure: (error: Error) => void): SqlWriter {
  const thread = new Thread('sql-writer-thread', path, onFailure);
  const call = async <Answer>(method: string, argument: unknown): Promise<Answer> => {
    try {
      return await thread.call<Answer>(method, argument);
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'LedgerUnavailable' || name === 'ThreadEnded')
        throw new LedgerUnavailable(message, { cause: error });
      throw error;
    }
  };
  return {
    write: (prepared) => call('write', prepared),
    outboxDone: (sequences) => call('outboxDone', sequences),
    close: () => thread.close(),
  };
}
