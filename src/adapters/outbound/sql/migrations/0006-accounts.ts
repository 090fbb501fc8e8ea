import type { Knex } from 'knex';

/** Who may call: clients with their keys, users with their passwords and sessions, and how often somebody tried. Of what opens a door, hashes only. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('api_clients', (t) => {
    t.string('name', 64).primary();
    t.bigInteger('created_at').notNullable();
  });
  await knex.schema.createTable('api_keys', (t) => {
    t.binary('key_hash', 32).primary(); // SHA-256: the key is random, so nothing slower is needed
    t.string('client', 64).notNullable();
    t.string('prefix', 16).notNullable();
    t.bigInteger('created_at').notNullable();
    t.string('last_used_day', 10).nullable();
    t.unique(['client', 'prefix']);
  });
  await knex.schema.createTable('users', (t) => {
    t.string('username', 64).primary();
    t.string('role', 32).notNullable();
    t.string('password_hash', 255).notNullable();
    // Of the password that the environment gave when it was last applied: a later start sees whether it was changed there.
    t.string('configured_hash', 255).nullable();
    t.boolean('disabled').notNullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('password_set_at').notNullable();
  });
  // Sessions of before know no user of the table: who was signed in signs in once more.
  await knex.schema.dropTable('sessions');
  await knex.schema.createTable('sessions', (t) => {
    t.binary('token_hash', 32).primary();
    t.string('username', 64).notNullable();
    t.bigInteger('opened_at').notNullable();
    t.bigInteger('last_seen_at').notNullable();
    t.bigInteger('expires_at').notNullable();
    t.index(['username']);
    t.index(['expires_at']);
  });
  await knex.schema.createTable('counters', (t) => {
    t.string('name', 120).primary();
    t.integer('count').notNullable();
    t.bigInteger('ends_at').notNullable();
    t.index(['ends_at']);
  });
}
