import type { Knex } from 'knex';

/** How much a data key was used (reserved in blocks, so never less than it was), and since when it is not any more. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('data_keys', (t) => {
    t.bigInteger('uses').notNullable().defaultTo(0);
    t.bigInteger('retired_at').nullable();
  });
}
