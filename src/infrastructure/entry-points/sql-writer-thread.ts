import { workerData } from 'node:worker_threads';
import { sqlite } from '../../adapters/outbound/sql/dialect/sqlite.ts';
import { SqlLedgerWriter, type Prepared } from '../../adapters/outbound/sql/ledger/ledger-writer.ts';
import { openSqlite, waitNoLongerThan } from '../../adapters/outbound/sql/open-sqlite.ts';
import { SqlLeases } from '../../adapters/outbound/sql/leases.ts';
import { SqlOutbox } from '../../adapters/outbound/sql/outbox.ts';
import { whileAvailable } from '../../adapters/outbound/sql/while-available.ts';
import type { Leases } from '../../application/ports/leases.ts';
import { serveCalls } from '../threads/serve-calls.ts';

// Commits wait for the disk; here that holds up nobody but other commits.
const knex = openSqlite(workerData as string);
// Several stand in line here, and each would wait anew for a process that does not let go: whoever asked is told soon that it was not to be had.
waitNoLongerThan(knex, 1_000);
const writer = new SqlLedgerWriter(knex, sqlite);
const outbox = new SqlOutbox(knex);
const leases = new SqlLeases(knex, () => Date.now());

const whileFree = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
  whileAvailable(sqlite, 'the database cannot commit now', work);

serveCalls(
  {
    write: (prepared: Prepared) => writer.write(prepared),
    outboxDone: (sequences: readonly number[]) => outbox.done(sequences),
    acquire: ([name, ttlMs]: Parameters<Leases['acquire']>) => whileFree(() => leases.acquire(name, ttlMs)),
    renew: ([token, ttlMs]: Parameters<Leases['renew']>) => whileFree(() => leases.renew(token, ttlMs)),
    release: ([token]: Parameters<Leases['release']>) => whileFree(() => leases.release(token)),
    waitNoLongerThan: (ms: number) => {
      waitNoLongerThan(knex, ms);
    },
  },
  () => knex.destroy(),
);
