import type { Knex } from 'knex';

/** One row a job, one row a transaction of it. `kind` leaves room for other commands than the retry. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('bulk_jobs', (t) => {
    t.string('id', 36).primary();
    t.integer('version').notNullable();
    t.string('kind', 16).notNullable();
    t.string('state', 16).notNullable();
    t.string('created_by', 300).notNullable();
    t.string('request_id', 128).nullable();
    t.binary('reason').notNullable(); // sealed
    t.binary('filter').nullable(); // sealed
    t.integer('total').notNullable();
    t.integer('retried').notNullable();
    t.integer('skipped').notNullable();
    t.integer('failed').notNullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('finished_at').nullable();
    t.index(['state', 'created_at', 'id']);
    t.index(['created_at', 'id']);
  });
  await knex.schema.createTable('bulk_job_items', (t) => {
    t.string('job_id', 36).notNullable();
    t.string('transaction_id', 36).notNullable();
    t.integer('position').notNullable();
    t.string('outcome', 16).notNullable();
    t.string('code', 64).nullable();
    t.string('message', 500).nullable();
    t.primary(['job_id', 'transaction_id']);
    // What is pending, and what was not retried, in the order of the job.
    t.index(['job_id', 'outcome', 'position']);
  });
}
