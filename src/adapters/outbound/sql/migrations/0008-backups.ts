import type { Knex } from 'knex';

/** When a copy of the record was taken, written into the copy alone; and what a restored record remembers of each signer until a person has decided. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('backups', (t) => {
    t.increments('id');
    t.bigInteger('taken_at').notNullable();
    t.bigInteger('chain_id').nullable();
    t.bigInteger('cursor_number').nullable();
    t.string('cursor_hash', 66).nullable();
  });
  await knex.schema.alterTable('signers', (t) => {
    t.bigInteger('restored_at').nullable();
    t.bigInteger('restored_taken_at').nullable();
    t.bigInteger('restored_number').nullable();
    t.string('restored_hash', 66).nullable();
    t.bigInteger('restored_nonce').nullable();
  });
}
