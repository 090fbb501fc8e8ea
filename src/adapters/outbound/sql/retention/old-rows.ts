import type { Knex } from 'knex';
import type { PurgePage } from '../../../../application/ports/retention.ts';
import type { Status } from '../../../../domain/transaction/transaction.ts';
import { mayForget, type ForgetFacts } from '../../../../domain/retention/may-forget.ts';

/** A row that was looked at; `old`: it may be forgotten. */
export interface Found {
  readonly id: string;
  readonly at: number;
  readonly old: boolean;
  /** The level that it counts in (figures.ts); null for what is not counted. */
  readonly counted: { readonly chainId: number; readonly name: string } | null;
}

interface TransactionRow {
  readonly id: string;
  readonly chain_id: number;
  readonly signer: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly live_nonce: number | null;
  readonly held_nonce: number | null;
  readonly live: string | null;
  readonly held: number | null;
  readonly failure: 'open' | 'resolved' | 'closed' | null;
  readonly closed_at: number | null;
}

/** By (status, created_at, id): nothing was changed before it was created. */
export async function oldTransactions(knex: Knex, status: Status, page: PurgePage): Promise<readonly Found[]> {
  const live = knex('attempts').where('holder_id', knex.ref('t.id')).where('outcome', 'live').limit(1).select('hash');
  const held = knex('held_nonces').where('holder_id', knex.ref('t.id')).limit(1).select('nonce');
  const rows = await knex('transactions as t')
    .leftJoin('failures as f', 'f.transaction_id', 't.id')
    .where('t.status', status)
    .where('t.created_at', '<', page.before)
    .modify((query) => after(query, 't.created_at', 't.id', page))
    .orderBy(['t.created_at', 't.id'])
    .limit(page.limit)
    .select<TransactionRow[]>(
      't.id',
      't.chain_id',
      't.signer',
      't.created_at',
      't.updated_at',
      't.live_nonce',
      't.held_nonce',
      'f.closed_at',
      knex.ref('f.state').as('failure'),
      live.as('live'),
      held.as('held'),
    );
  return rows.map((row) => ({
    id: row.id,
    at: row.created_at,
    old: mayForget(factsOf(status, row), page.before),
    counted: { chainId: row.chain_id, name: `status:${row.signer}:${status}` },
  }));
}

const factsOf = (status: Status, row: TransactionRow): ForgetFacts => ({
  status,
  liveNonce: row.live_nonce,
  anyLive: row.live !== null,
  holdsNonce: row.held !== null || row.held_nonce !== null,
  updatedAt: row.updated_at,
  failure: row.failure === null ? null : { state: row.failure, closedAt: row.closed_at },
});

/** By id, which is in the order of time: no index knows which are finished, and there are few. */
export async function oldFillers(knex: Knex, page: PurgePage): Promise<readonly Found[]> {
  const live = knex('attempts').where('holder_id', knex.ref('f.id')).where('outcome', 'live').limit(1).select('hash');
  const held = knex('held_nonces').where('holder_id', knex.ref('f.id')).limit(1).select('nonce');
  const { before, limit, after: place } = page;
  const rows = await knex('fillers as f')
    .modify((query) => void (place !== null && query.where('f.id', '>', place.id)))
    .orderBy('f.id')
    .limit(limit)
    .select<{ id: string; at: number; status: string; live: string | null; held: number | null }[]>(
      'f.id',
      'f.status',
      knex.ref('f.created_at').as('at'),
      live.as('live'),
      held.as('held'),
    );
  return rows.map(({ id, at, status, live: bytes, held: nonce }) => ({
    id,
    at,
    old: (status === 'done' || status === 'lost') && at < before && bytes === null && nonce === null,
    counted: null,
  }));
}

/** Of transactions that are still there: a resolved failure of one that is in a block stands again if that block is replaced. */
export async function oldFailures(knex: Knex, page: PurgePage): Promise<readonly Found[]> {
  const rows = await knex('failures as f')
    .leftJoin('transactions as t', 't.id', 'f.transaction_id')
    .where('f.state', 'resolved')
    .where('f.opened_at', '<', page.before)
    .modify((query) => after(query, 'f.opened_at', 'f.transaction_id', page))
    .orderBy(['f.opened_at', 'f.transaction_id'])
    .limit(page.limit)
    .select<{ id: string; at: number; resolved_at: number | null; status: string | null }[]>(
      knex.ref('f.transaction_id').as('id'),
      knex.ref('f.opened_at').as('at'),
      'f.resolved_at',
      't.status',
    );
  return rows.map(({ id, at, resolved_at: resolvedAt, status }) => ({
    id,
    at,
    old: (resolvedAt ?? at) < page.before && status !== 'included',
    counted: null,
  }));
}

/** Done ones, by when they were created: a job takes minutes at most. */
export async function oldJobs(knex: Knex, page: PurgePage): Promise<readonly Found[]> {
  const rows = await knex('bulk_jobs')
    .where('state', 'done')
    .where('created_at', '<', page.before)
    .modify((query) => after(query, 'created_at', 'id', page))
    .orderBy(['created_at', 'id'])
    .limit(page.limit)
    .select<{ id: string; created_at: number; finished_at: number | null }[]>('id', 'created_at', 'finished_at');
  return rows.map(({ id, created_at: at, finished_at: finishedAt }) => ({
    id,
    at,
    old: (finishedAt ?? at) < page.before,
    counted: null,
  }));
}

/** Not as an OR of both columns, which no index can begin at. */
function after(query: Knex.QueryBuilder, at: string, id: string, { after: place }: PurgePage): void {
  if (place === null) return;
  void query.where(at, '>=', place.at).where((later) => void later.where(at, '>', place.at).orWhere(id, '>', place.id));
}
