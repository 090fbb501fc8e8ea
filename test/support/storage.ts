import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { afterEach, beforeEach } from 'vitest';
import { LocalFieldCipher } from '../../src/adapters/outbound/crypto/local-field-cipher.ts';
import { MemoryDataKeys } from '../../src/adapters/outbound/crypto/memory-data-keys.ts';
import { SqlAccounts } from '../../src/adapters/outbound/sql/accounts.ts';
import { SqlApiClients } from '../../src/adapters/outbound/sql/api-clients.ts';
import { SqlCounters } from '../../src/adapters/outbound/sql/counters.ts';
import { SqlBulkJobs } from '../../src/adapters/outbound/sql/bulk-jobs.ts';
import { SqlDataKeys } from '../../src/adapters/outbound/sql/data-keys.ts';
import type { Dialect } from '../../src/adapters/outbound/sql/dialect/dialect.ts';
import { sqlite } from '../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { SqlLeases } from '../../src/adapters/outbound/sql/leases.ts';
import { SqlFigures } from '../../src/adapters/outbound/sql/figures/sql-figures.ts';
import { SqlLedger } from '../../src/adapters/outbound/sql/ledger/sql-ledger.ts';
import { migrate } from '../../src/adapters/outbound/sql/migrate.ts';
import { openSqlite } from '../../src/adapters/outbound/sql/open-sqlite.ts';
import { SqlOutbox } from '../../src/adapters/outbound/sql/outbox.ts';
import { SqlViews } from '../../src/adapters/outbound/sql/reads/sql-views.ts';
import { SqlWork } from '../../src/adapters/outbound/sql/reads/sql-work.ts';
import { SqlRetention } from '../../src/adapters/outbound/sql/retention/sql-retention.ts';
import { ManualClock } from '../../src/adapters/outbound/system/manual-clock.ts';
import type { Accounts } from '../../src/application/ports/accounts.ts';
import type { ApiClients } from '../../src/application/ports/api-clients.ts';
import type { Counters } from '../../src/application/ports/counters.ts';
import type { BulkJobs } from '../../src/application/ports/bulk-jobs.ts';
import type { DataKeys } from '../../src/application/ports/data-keys.ts';
import type { FieldCipher } from '../../src/application/ports/field-cipher.ts';
import type { Leases } from '../../src/application/ports/leases.ts';
import type { Figures } from '../../src/application/ports/figures.ts';
import type { Ledger } from '../../src/application/ports/ledger.ts';
import type { Outbox } from '../../src/application/ports/outbox.ts';
import type { Retention } from '../../src/application/ports/retention.ts';
import type { Views } from '../../src/application/ports/views.ts';
import type { Work } from '../../src/application/ports/work.ts';

/** Everything that one process has of a database. */
export interface Storage {
  readonly knex: Knex;
  readonly dialect: Dialect;
  readonly cipher: FieldCipher;
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly work: Work;
  readonly views: Views;
  readonly figures: Figures;
  readonly outbox: Outbox;
  readonly leases: Leases;
  readonly accounts: Accounts;
  readonly apiClients: ApiClients;
  readonly counters: Counters;
  readonly jobs: BulkJobs;
  readonly dataKeys: DataKeys;
  readonly retention: Retention;
  /** Every row of every table: what a commit changed, or that it changed nothing. */
  everything(): Promise<Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>>;
  /** Another process on the same database, where it can have one; closed with the first. */
  another(): Promise<Storage>;
  close(): Promise<void>;
}

export interface StorageCapabilities {
  /** Several processes may work on one database. */
  readonly shared: boolean;
}

/** Opens a new, empty database each time. */
export type OpenStorage = () => Promise<Storage>;

const TABLES = [
  'api_clients',
  'api_keys',
  'attempts',
  'audit',
  'blocks',
  'bulk_job_items',
  'bulk_jobs',
  'chains',
  'counters',
  'data_keys',
  'events',
  'failures',
  'figure_deltas',
  'figures',
  'fillers',
  'held_nonces',
  'leases',
  'outbox',
  'revisions',
  'sessions',
  'signers',
  'transactions',
  'users',
  'write_probes',
];

/** The adapter's parts on an open database. */
function storageOn(
  knex: Knex,
  dialect: Dialect,
  parts: { readonly cipher: FieldCipher; readonly clock: ManualClock },
): Omit<Storage, 'another' | 'close'> {
  const { cipher, clock } = parts;
  const now = (): number => clock.now();
  return {
    knex,
    dialect,
    cipher,
    clock,
    ledger: new SqlLedger({ knex, dialect, cipher, now }),
    work: new SqlWork(knex, dialect, cipher),
    views: new SqlViews(knex, dialect, cipher, now),
    figures: new SqlFigures(knex, dialect),
    outbox: new SqlOutbox(knex),
    leases: new SqlLeases(knex, now),
    accounts: new SqlAccounts(knex, dialect),
    apiClients: new SqlApiClients(knex, dialect),
    counters: new SqlCounters(knex, dialect),
    jobs: new SqlBulkJobs(knex, dialect, cipher),
    dataKeys: new SqlDataKeys(knex, dialect),
    retention: new SqlRetention(knex, dialect, now),
    everything: async () => {
      const tables: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
      for (const table of TABLES) if (await knex.schema.hasTable(table)) tables[table] = await knex(table);
      return tables;
    },
  };
}

const newCipher = (clock: ManualClock): Promise<FieldCipher> =>
  LocalFieldCipher.create(new MemoryDataKeys(), Buffer.alloc(32, 7), [], clock);

export const memory: OpenStorage = async () => {
  const knex = openSqlite(':memory:');
  await migrate(knex, sqlite);
  const clock = new ManualClock();
  return {
    ...storageOn(knex, sqlite, { cipher: await newCipher(clock), clock }),
    another: () => Promise.reject(new Error('a database in memory belongs to one process')),
    close: () => knex.destroy(),
  };
};

/** An empty database with its tables, as the bytes of its file: migrated once for all tests of a process. */
let template: Promise<Buffer> | null = null;
async function makeTemplate(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'storage-template-'));
  const path = join(folder, 'database.sqlite');
  const knex = openSqlite(path);
  await migrate(knex, sqlite);
  await knex.destroy();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** A file in a folder of its own, which goes when it is closed. */
export async function openFile(
  cipherOf: (knex: Knex, clock: ManualClock) => Promise<FieldCipher> = (_, clock) => newCipher(clock),
): Promise<Storage & { readonly path: string }> {
  const bytes = await (template ??= makeTemplate());
  const folder = mkdtempSync(join(tmpdir(), 'storage-'));
  const path = join(folder, 'database.sqlite');
  writeFileSync(path, bytes, { mode: 0o600 });
  const clock = new ManualClock();
  const open = [openSqlite(path)];
  const [knex] = open as [Knex];
  const cipher = await cipherOf(knex, clock);
  const close = async (): Promise<void> => {
    for (const one of open.splice(0)) await one.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
  const another = async (): Promise<Storage> => {
    const theirs = openSqlite(path);
    open.push(theirs);
    return { ...storageOn(theirs, sqlite, { cipher, clock }), another, close };
  };
  return { ...storageOn(knex, sqlite, { cipher, clock }), path, another, close };
}

/** Every database that the contract suites run on. */
export const DATABASES: readonly {
  readonly name: string;
  readonly open: OpenStorage;
  readonly capabilities: StorageCapabilities;
}[] = [
  { name: 'SQLite in a file', open: () => openFile(), capabilities: { shared: true } },
  { name: 'SQLite in memory', open: memory, capabilities: { shared: false } },
];

/** A new database for each test of the suite. */
export function fresh<One extends { close(): Promise<void> }>(open: () => Promise<One>): () => One {
  let storage: One | null = null;
  beforeEach(async () => {
    storage = await open();
  });
  afterEach(async () => {
    await storage?.close();
    storage = null;
  });
  return () => {
    if (storage === null) throw new Error('no test is running');
    return storage;
  };
}
