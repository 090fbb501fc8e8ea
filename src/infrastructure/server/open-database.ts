import type { Knex } from 'knex';
import { SqlLeases } from '../../adapters/outbound/sql/leases.ts';
import { sqlite } from '../../adapters/outbound/sql/dialect/sqlite.ts';
import type { Dialect } from '../../adapters/outbound/sql/dialect/dialect.ts';
import { migrate } from '../../adapters/outbound/sql/migrate.ts';
import { openSqlite } from '../../adapters/outbound/sql/open-sqlite.ts';
import type { Database } from '../config/config.ts';

export interface OpenDatabase {
  readonly knex: Knex;
  readonly dialect: Dialect;
}

/** Opens and migrates. The folder's lock says that nobody else is alive, so leases that a killed process left are ended. */
export async function openDatabase(database: Database): Promise<OpenDatabase> {
  const knex = openSqlite(database.kind === 'memory' ? ':memory:' : database.path);
  await migrate(knex, sqlite);
  await new SqlLeases(knex, () => Date.now()).forgetAll();
  return { knex, dialect: sqlite };
}
