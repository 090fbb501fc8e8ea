import type { Knex } from 'knex';

/** What readiness writes to prove that a commit can be made: never read, and gone with the next one (write-probe.ts). */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('write_probes', (t) => {
    t.bigIncrements('id');
    t.binary('filler').notNullable();
  });
}
