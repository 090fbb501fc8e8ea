import type { Knex } from 'knex';
import type { Dialect } from '../dialect/dialect.ts';

interface Counted {
  readonly chain_id: number;
  readonly count: number;
}

/**
 * Counts beside the rows (docs/adr/0008-overview-aggregates.md). `figure_deltas`: what each commit changed, appended; `figures`: their sums,
 * one row a chain and span of time, the levels under `total`. What is on record already is counted here, once.
 */
export async function up(knex: Knex, _dialect: Dialect): Promise<void> {
  await knex.schema.createTable('figure_deltas', (t) => {
    t.bigIncrements('sequence');
    t.bigInteger('at').notNullable();
    t.bigInteger('chain_id').notNullable();
    t.text('body').notNullable(); // names and numbers only
  });
  await knex.schema.createTable('figures', (t) => {
    t.string('span', 8).notNullable();
    t.bigInteger('start').notNullable();
    t.bigInteger('chain_id').notNullable();
    t.text('body', 'mediumtext').notNullable();
    t.primary(['span', 'start', 'chain_id']);
  });
  // The oldest open failure of a code; only failures pay for it.
  await knex.schema.alterTable('failures', (t) => {
    t.index(['state', 'code', 'opened_at']);
  });
  await countOnce(knex);
}

async function countOnce(knex: Knex): Promise<void> {
  const rows = await knex('transactions')
    .groupBy('chain_id', 'signer', 'status')
    .select<(Counted & { signer: string; status: string })[]>(
      'chain_id',
      'signer',
      'status',
      knex.raw('count(*) as count'),
    );
  const failures = await knex('failures as f')
    .join('transactions as t', 't.id', 'f.transaction_id')
    .where('f.state', 'open')
    .groupBy('t.chain_id', 'f.code')
    .select<(Counted & { code: string })[]>('t.chain_id', 'f.code', knex.raw('count(*) as count'));
  const named = [
    ...rows.map((row) => ({ ...row, name: `status:${row.signer}:${row.status}` })),
    ...failures.map((row) => ({ ...row, name: `open:${row.code}` })),
  ];
  for (const chainId of new Set(named.map((row) => row.chain_id))) {
    const own = named.filter((row) => row.chain_id === chainId).map(({ name, count }) => [name, String(count)]);
    await knex('figures').insert({
      span: 'total',
      start: 0,
      chain_id: chainId,
      body: JSON.stringify(Object.fromEntries(own)),
    });
  }
}
