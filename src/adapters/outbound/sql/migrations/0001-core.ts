import type { Knex } from 'knex';
import type { Dialect } from '../dialect/dialect.ts';

/** Wei is text: exact up to 2^256-1. Times are integer milliseconds. `sealed` columns hold envelopes (see field-cipher.ts). */
export async function up(knex: Knex, dialect: Dialect): Promise<void> {
  await identityTables(knex);
  await transactionTables(knex, dialect);
  await attemptTables(knex, dialect);
  await journalTables(knex);
}

async function identityTables(knex: Knex): Promise<void> {
  await knex.schema.createTable('data_keys', (t) => {
    t.increments('id');
    t.string('purpose', 16).notNullable();
    t.string('state', 16).notNullable();
    t.string('wrapping_key_id', 255).notNullable();
    t.binary('wrapped').notNullable();
    t.bigInteger('created_at').notNullable();
    // Null for retired ones, so that only one is active for a purpose.
    t.string('active_purpose', 16).nullable().unique();
  });
  await knex.schema.createTable('chains', (t) => {
    t.bigInteger('chain_id').primary();
    t.string('genesis_hash', 66).notNullable();
    t.bigInteger('cursor_number').nullable();
    t.string('cursor_hash', 66).nullable();
    // The highest block that was ever called final: a step back to it or below breaks what was promised.
    t.bigInteger('final_number').nullable();
  });
  await knex.schema.createTable('blocks', (t) => {
    t.bigInteger('chain_id').notNullable();
    t.bigInteger('number').notNullable();
    t.string('hash', 66).notNullable();
    t.string('parent_hash', 66).notNullable();
    t.primary(['chain_id', 'number']);
  });
  await knex.schema.createTable('signers', (t) => {
    t.bigInteger('chain_id').notNullable();
    t.string('address', 42).notNullable();
    t.integer('version').notNullable();
    t.bigInteger('next_nonce').nullable();
    t.string('balance_wei', 80).nullable();
    t.string('paused_reason', 500).nullable();
    t.bigInteger('paused_at').nullable();
    t.primary(['chain_id', 'address']);
  });
  await knex.schema.createTable('leases', (t) => {
    t.string('name', 120).primary();
    t.bigInteger('token').notNullable();
    t.bigInteger('expires_at').notNullable();
    t.boolean('wanted').notNullable();
  });
  await knex.schema.createTable('sessions', (t) => {
    t.binary('token_hash').primary();
    t.string('username', 255).notNullable();
    t.string('role', 32).notNullable();
    t.bigInteger('expires_at').notNullable();
  });
}

async function transactionTables(knex: Knex, dialect: Dialect): Promise<void> {
  await knex.schema.createTable('transactions', (t) => {
    t.string('id', 36).primary();
    t.string('client', 255).notNullable();
    t.bigInteger('chain_id').notNullable();
    t.string('signer', 42).notNullable();
    t.string('status', 16).notNullable();
    t.integer('version').notNullable();
    t.integer('revision').notNullable();
    t.bigInteger('held_nonce').nullable();
    t.bigInteger('live_nonce').nullable();
    t.string('attempt_hash', 66).nullable();
    t.boolean('cancel_requested').notNullable();
    t.bigInteger('valid_until').nullable();
    t.integer('retry_count').notNullable();
    t.bigInteger('due_at').nullable();
    t.string('last_error', 64).nullable();
    t.string('included_from', 16).nullable();
    t.bigInteger('block_number').nullable();
    t.string('block_hash', 66).nullable();
    t.string('mined_hash', 66).nullable();
    t.string('mined_kind', 16).nullable();
    t.integer('mined_revision').nullable();
    t.string('failure_code', 64).nullable();
    t.binary('idempotency_index').nullable();
    // The key alone, for an operator who does not know whose it is.
    t.binary('key_index').nullable();
    t.binary('fingerprint').notNullable();
    t.binary('to_index').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.unique(['client', 'idempotency_index']);
    t.index(['client', 'created_at', 'id']);
    t.index(['created_at', 'id']);
    t.index(['status', 'created_at', 'id']);
    t.index(['signer', 'created_at', 'id']);
    t.index(['to_index', 'created_at', 'id']);
  });
  // Hot indexes hold open rows only: what is finished must not slow down what is not. (SQLite sees that `status = 'queued'` implies a
  // term of an OR; of an IN it does not.)
  const waiting = "status = 'queued' OR status = 'signed' OR status = 'broadcast'";
  const due = ['status', 'chain_id', 'signer', 'due_at', 'id'];
  await dialect.createPartialIndex(knex, 'transactions', 'transactions_waiting', due, waiting);
  await dialect.createPartialIndex(
    knex,
    'transactions',
    'transactions_included',
    ['chain_id', 'block_number'],
    "status = 'included'",
  );
  await dialect.createPartialIndex(
    knex,
    'transactions',
    'transactions_valid_until',
    ['status', 'valid_until'],
    "status = 'queued' AND valid_until IS NOT NULL",
  );
  await dialect.createPartialIndex(
    knex,
    'transactions',
    'transactions_cancel',
    ['status', 'cancel_requested', 'live_nonce'],
    "status = 'queued' AND cancel_requested = 1",
  );
  await dialect.createPartialIndex(knex, 'transactions', 'transactions_key', ['key_index'], 'key_index IS NOT NULL');
  // A client's list by status: what ended badly is rare among everybody's, and costs the usual way of a transaction nothing.
  const ended = "status = 'failed' OR status = 'reverted' OR status = 'cancelled' OR status = 'expired'";
  const byClient = ['client', 'status', 'created_at', 'id'];
  await dialect.createPartialIndex(knex, 'transactions', 'transactions_client_ended', byClient, ended);
  await dialect.createPartialIndex(
    knex,
    'transactions',
    'transactions_failure',
    ['failure_code', 'created_at', 'id'],
    'failure_code IS NOT NULL',
  );

  await knex.schema.createTable('revisions', (t) => {
    t.string('transaction_id', 36).notNullable();
    t.integer('number').notNullable();
    t.string('author', 300).notNullable();
    t.binary('reason').nullable(); // sealed
    t.binary('content').notNullable(); // sealed
    t.bigInteger('created_at').notNullable();
    t.primary(['transaction_id', 'number']);
  });
  await knex.schema.createTable('fillers', (t) => {
    t.string('id', 36).primary();
    t.bigInteger('chain_id').notNullable();
    t.string('signer', 42).notNullable();
    t.bigInteger('nonce').notNullable();
    t.integer('version').notNullable();
    t.string('status', 16).notNullable();
    t.string('attempt_hash', 66).nullable();
    t.bigInteger('block_number').nullable();
    t.string('block_hash', 66).nullable();
    t.string('mined_hash', 66).nullable();
    t.integer('tries').notNullable();
    t.bigInteger('due_at').nullable();
    t.bigInteger('created_at').notNullable();
  });
  const open = "status = 'reserved' OR status = 'open' OR status = 'included'";
  await dialect.createPartialIndex(knex, 'fillers', 'fillers_open', ['status', 'chain_id', 'signer', 'due_at'], open);
  await knex.schema.createTable('held_nonces', (t) => {
    t.bigInteger('chain_id').notNullable();
    t.string('signer', 42).notNullable();
    t.bigInteger('nonce').notNullable();
    t.string('holder_id', 36).notNullable().unique();
    t.primary(['chain_id', 'signer', 'nonce']);
  });
}

async function attemptTables(knex: Knex, dialect: Dialect): Promise<void> {
  await knex.schema.createTable('attempts', (t) => {
    t.string('hash', 66).primary();
    t.string('holder_id', 36).notNullable();
    t.string('holder', 16).notNullable();
    t.bigInteger('chain_id').notNullable();
    t.string('signer', 42).notNullable();
    t.bigInteger('nonce').notNullable();
    t.string('kind', 16).notNullable();
    t.integer('revision').notNullable();
    t.string('gas_limit', 80).notNullable();
    t.string('max_fee_wei', 80).notNullable();
    t.string('max_priority_fee_wei', 80).notNullable();
    t.binary('raw').notNullable(); // sealed: whoever has it can send it
    t.bigInteger('signed_at').notNullable();
    t.bigInteger('sending_since').nullable();
    t.bigInteger('published_at').nullable();
    t.integer('unknown_looks').notNullable();
    t.string('outcome', 16).notNullable();
    t.string('error_class', 64).nullable();
    t.binary('error_message').nullable(); // sealed
    t.index(['holder_id', 'signed_at']);
    t.index(['nonce', 'holder_id']);
  });
  await dialect.createPartialIndex(
    knex,
    'attempts',
    'attempts_live',
    ['chain_id', 'signer', 'nonce'],
    "outcome = 'live'",
  );
}

async function journalTables(knex: Knex): Promise<void> {
  await knex.schema.createTable('events', (t) => {
    t.bigIncrements('sequence');
    t.string('transaction_id', 36).notNullable();
    t.bigInteger('at').notNullable();
    t.string('type', 32).notNullable();
    t.string('from_status', 16).nullable();
    t.string('to_status', 16).nullable();
    t.string('actor', 300).notNullable();
    t.binary('detail').nullable(); // sealed
    t.index(['transaction_id', 'sequence']);
  });
  await knex.schema.createTable('outbox', (t) => {
    t.bigIncrements('sequence');
    t.bigInteger('at').notNullable();
    t.text('body', 'longtext').notNullable(); // ids and codes only
  });
  await knex.schema.createTable('failures', (t) => {
    t.string('transaction_id', 36).primary();
    t.string('state', 16).notNullable();
    t.string('code', 64).notNullable();
    t.binary('message').notNullable(); // sealed
    t.binary('node_message').nullable(); // sealed
    t.bigInteger('opened_at').notNullable();
    t.bigInteger('resolved_at').nullable();
    t.bigInteger('closed_at').nullable();
    t.string('closed_by', 300).nullable();
    t.binary('closed_reason').nullable(); // sealed
    t.index(['state', 'opened_at']);
  });
  await knex.schema.createTable('audit', (t) => {
    t.bigIncrements('sequence');
    t.bigInteger('at').notNullable();
    t.string('actor', 300).notNullable();
    t.string('action', 64).notNullable();
    t.string('transaction_id', 36).nullable();
    t.binary('reason').nullable(); // sealed
    t.binary('detail').nullable(); // sealed
    t.string('request_id', 128).nullable();
    t.index(['transaction_id']);
  });
}
