import type { Knex } from 'knex';
import type { Dialect } from './dialect/dialect.ts';
import * as core from './migrations/0001-core.ts';
import * as writeProbes from './migrations/0002-write-probes.ts';
import * as bulkJobs from './migrations/0004-bulk-jobs.ts';
import * as figures from './migrations/0005-figures.ts';
import * as accounts from './migrations/0006-accounts.ts';
import * as keys from './migrations/0007-keys.ts';
import * as backups from './migrations/0008-backups.ts';

interface Step {
  readonly name: string;
  up(knex: Knex, dialect: Dialect): Promise<void>;
}

/** In order; a name once released is never changed. They are part of the bundle, so that no folder has to be found at run time. */
const STEPS: readonly Step[] = [
  { name: '0001-core', up: core.up },
  { name: '0002-write-probes', up: writeProbes.up },
  { name: '0004-bulk-jobs', up: bulkJobs.up },
  { name: '0005-figures', up: figures.up },
  { name: '0006-accounts', up: accounts.up },
  { name: '0007-keys', up: keys.up },
  { name: '0008-backups', up: backups.up },
];

const TABLE = 'schema_migrations';

/** Whether the database has exactly this program's tables. */
export async function schemaIsCurrent(knex: Knex): Promise<boolean> {
  if (!(await knex.schema.hasTable(TABLE))) return false;
  const done = new Set(await knex(TABLE).pluck<string[]>('name'));
  return done.size === STEPS.length && STEPS.every(({ name }) => done.has(name));
}

/** Brings the schema up to date; a schema that is newer than this program is refused by knex ("migration directory is corrupt"). */
export async function migrate(knex: Knex, dialect: Dialect): Promise<void> {
  await knex.migrate.latest({
    tableName: TABLE,
    migrationSource: {
      getMigrations: () => Promise.resolve([...STEPS]),
      getMigrationName: (step: Step) => step.name,
      getMigration: (step: Step) =>
        Promise.resolve({
          up: (on: Knex) => step.up(on, dialect),
          down: () => Promise.reject(new Error('migrations go forward only')),
        }),
    },
  });
}
