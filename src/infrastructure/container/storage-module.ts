import { ContainerModule } from 'inversify';
import { SqlAccounts } from '../../adapters/outbound/sql/accounts.ts';
import { SqlBulkJobs } from '../../adapters/outbound/sql/bulk-jobs.ts';
import { SqlFigures } from '../../adapters/outbound/sql/figures/sql-figures.ts';
import { SqlApiClients } from '../../adapters/outbound/sql/api-clients.ts';
import { SqlCounters } from '../../adapters/outbound/sql/counters.ts';
import { SqlLeases } from '../../adapters/outbound/sql/leases.ts';
import { SqlLedgerWriter } from '../../adapters/outbound/sql/ledger/ledger-writer.ts';
import { SqlLedger } from '../../adapters/outbound/sql/ledger/sql-ledger.ts';
import { SqlOutbox } from '../../adapters/outbound/sql/outbox.ts';
import { SqlViews } from '../../adapters/outbound/sql/reads/sql-views.ts';
import { SqlWork } from '../../adapters/outbound/sql/reads/sql-work.ts';
import { LoggedLedger } from '../../application/logged-ledger.ts';
import { MeteredLedger } from '../../application/metered-ledger.ts';
import { meteredReads } from '../../application/metered-reads.ts';
import { SignallingLedger, type CommitSignals } from '../../application/signalling-ledger.ts';
import { singleton } from './bind.ts';
import { T } from './tokens.ts';

export const storageModule = (signals: CommitSignals): ContainerModule =>
  new ContainerModule((options) => {
    const one = singleton(options);
    one(T.Cipher, (get) => get(T.Foundation).cipher);
    one(T.Ledger, (get) => {
      const { knex, dialect, cipher, sqlWriter } = get(T.Foundation);
      const clock = get(T.Clock);
      const writer = sqlWriter ?? new SqlLedgerWriter(knex, dialect);
      const ledger = new SqlLedger({ knex, dialect, cipher, now: () => clock.now(), writer });
      const logged = new LoggedLedger(new MeteredLedger(ledger, get(T.Metrics), clock), get(T.Log));
      return new SignallingLedger(logged, signals);
    });
    one(T.Work, (get) => {
      const { knex, dialect, cipher } = get(T.Foundation);
      return meteredReads(new SqlWork(knex, dialect, cipher), get(T.Metrics));
    });
    one(T.Views, (get) => {
      const { knex, dialect, cipher } = get(T.Foundation);
      const clock = get(T.Clock);
      return meteredReads(new SqlViews(knex, dialect, cipher, () => clock.now()), get(T.Metrics));
    });
    one(T.Figures, (get) => {
      const { knex, dialect } = get(T.Foundation);
      return meteredReads(new SqlFigures(knex, dialect), get(T.Metrics));
    });
    one(T.BulkJobs, (get) => {
      const { knex, dialect, cipher } = get(T.Foundation);
      return meteredReads(new SqlBulkJobs(knex, dialect, cipher), get(T.Metrics));
    });
    one(T.Outbox, (get) => {
      const { knex, sqlWriter } = get(T.Foundation);
      const outbox = new SqlOutbox(knex);
      if (sqlWriter === null) return outbox;
      return { take: (...of) => outbox.take(...of), done: (sequences) => sqlWriter.outboxDone(sequences) };
    });
    one(T.Leases, (get) => {
      const clock = get(T.Clock);
      const { knex, sqlWriter } = get(T.Foundation);
      return sqlWriter?.leases ?? new SqlLeases(knex, () => clock.now());
    });
    one(T.Accounts, (get) => new SqlAccounts(get(T.Foundation).knex, get(T.Foundation).dialect));
    one(T.ApiClients, (get) => new SqlApiClients(get(T.Foundation).knex, get(T.Foundation).dialect));
    one(T.Counters, (get) => new SqlCounters(get(T.Foundation).knex, get(T.Foundation).dialect));
  });
