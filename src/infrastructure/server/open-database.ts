import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { SqlLeases } from '../../adapters/outbound/sql/leases.ts';
import { sqlite } from '../../adapters/outbound/sql/dialect/sqlite.ts';
import type { Dialect } from '../../adapters/outbound/sql/dialect/dialect.ts';
import { migrate } from '../../adapters/outbound/sql/migrate.ts';
import { openSqlite } from '../../adapters/outbound/sql/open-sqlite.ts';
import type { Config } from '../config/config.ts';

export interface OpenDatabase {
  readonly knex: Knex;
  readonly dialect: Dialect;
}

/** The file is not there to be opened, cannot be written, or is no database of this program. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
  constructor(path: string, cause: unknown) {
    super(`The database ${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * Opens and migrates. In the data folder, its lock says that nobody else is alive, so leases that a killed process left are ended; in a
 * database elsewhere they may be another process's, and end by themselves.
 * @throws {DatabaseUnusable}
 */
export async function openDatabase({ database, dataDir }: Pick<Config, 'database' | 'dataDir'>): Promise<OpenDatabase> {
  const path = database.kind === 'memory' ? ':memory:' : database.path;
  const knex = openSqlite(path);
  try {
    await migrate(knex, sqlite);
    if (dirname(path) === dataDir) await new SqlLeases(knex, () => Date.now()).forgetAll();
    return { knex, dialect: sqlite };
  } catch (error) {
    await knex.destroy();
    throw new DatabaseUnusable(path, error);
  }
}
