import { workerData } from 'node:worker_threads';
import { sqlite } from '../../adapters/outbound/sql/dialect/sqlite.ts';
import { SqlLedgerWriter, type Prepared } from '../../adapters/outbound/sql/ledger/ledger-writer.ts';
import { openSqlite } from '../../adapters/outbound/sql/open-sqlite.ts';
import { SqlOutbox } from '../../adapters/outbound/sql/outbox.ts';
import { serveCalls } from '../threads/serve-calls.ts';

// Commits wait for the disk; here that holds up nobody but other commits.
const knex = openSqlite(workerData as string);
const writer = new SqlLedgerWriter(knex, sqlite);
const outbox = new SqlOutbox(knex);

serveCalls(
  {
    write: (prepared: Prepared) => writer.write(prepared),
    outboxDone: (sequences: readonly number[]) => outbox.done(sequences),
  },
  () => knex.destroy(),
);
