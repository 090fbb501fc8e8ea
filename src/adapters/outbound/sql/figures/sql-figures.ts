import type { Knex } from 'knex';
import { addUp, inSpan, inTotal, levelsOf, spanOf } from '../../../../application/figures/figures.ts';
import {
  OUTBOX_COUNTED,
  SPAN_MS,
  startOf,
  type ChainFigures,
  type FigureRead,
  type Figures,
  type Span,
  type SpansWanted,
  type Standing,
  type Waiting,
} from '../../../../application/ports/figures.ts';
import type { ChainId, Millis } from '../../../../domain/primitives.ts';
import { FAILURE_CODES } from '../../../../domain/transaction/failure.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { inTransaction } from '../in-transaction.ts';
import { toSigner } from '../reads/chain-rows.ts';
import type { Raw } from '../reads/reading.ts';
import { whileAvailable } from '../while-available.ts';
import { fromBody } from './body.ts';
import { fold } from './fold.ts';

interface Row {
  readonly start: Millis;
  readonly chain_id: ChainId;
  readonly body: string;
}
interface Delta {
  readonly at: Millis;
  readonly chain_id: ChainId;
  readonly body: string;
}

/** Sums that were added up, and the few deltas that were not yet, read in one state of the database, or some would be counted twice or not at all. */
export class SqlFigures implements Figures {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  standing(): Promise<Standing> {
    return this.ask(async (on) => standingOf(on, await deltasIn(on)));
  }

  read(wanted: readonly SpansWanted[]): Promise<FigureRead> {
    return this.ask(async (on) => {
      const deltas = await deltasIn(on);
      const spans: (readonly Span[])[] = [];
      for (const one of wanted) spans.push(await spansOf(on, deltas, one));
      const chains = await on('chains').orderBy('chain_id').select<Raw[]>('chain_id', 'cursor_number', 'final_number');
      const signers = await on('signers').orderBy(['chain_id', 'address']).select<Raw[]>();
      return {
        ...(await standingOf(on, deltas)),
        chainRows: chains.map((row): ChainFigures => ({
          chainId: row['chain_id'] as ChainId,
          cursorNumber: row['cursor_number'] as number | null,
          finalNumber: row['final_number'] as number | null,
        })),
        signerRows: signers.map(toSigner),
        spans,
      };
    });
  }

  fold(now: Millis): Promise<{ readonly folded: number; readonly more: boolean }> {
    return whileAvailable(this.dialect, 'the database cannot add up now', () => fold(this.knex, this.dialect, now));
  }

  private ask<Answer>(read: (on: Knex.Transaction) => Promise<Answer>): Promise<Answer> {
    return whileAvailable(this.dialect, 'the database cannot answer now', () => inTransaction(this.knex, read));
  }
}

const deltasIn = (on: Knex.Transaction): Promise<readonly Delta[]> =>
  on('figure_deltas').select<Delta[]>('at', 'chain_id', 'body');

async function standingOf(on: Knex.Transaction, deltas: readonly Delta[]): Promise<Standing> {
  const totals = await on('figures').where({ span: 'total', start: 0 }).select<Row[]>('chain_id', 'body');
  const chains = new Map<ChainId, Map<string, bigint>>();
  for (const { chain_id, body } of [...totals, ...deltas]) {
    const sums = chains.get(chain_id) ?? new Map<string, bigint>();
    chains.set(chain_id, sums);
    addUp(sums, inTotal(fromBody(body)));
  }
  const levels = [...chains].sort(([a], [b]) => a - b).map(([chainId, sums]) => levelsOf(chainId, sums));
  return {
    chains: levels,
    oldestQueuedAt: await oldest(on('transactions').where('status', 'queued'), 'created_at'),
    openFailures: await openFailuresOf(on, levels),
    outbox: await outboxOf(on),
  };
}

async function openFailuresOf(on: Knex.Transaction, levels: Standing['chains']): Promise<Standing['openFailures']> {
  const found: Standing['openFailures'][number][] = [];
  for (const code of FAILURE_CODES) {
    const count = levels.reduce((sum, { openFailures }) => sum + openFailures[code], 0);
    if (count > 0)
      found.push({ code, count, oldestAt: await oldest(on('failures').where({ state: 'open', code }), 'opened_at') });
  }
  return found;
}

/** The first one by an index over `column`. */
async function oldest(rows: Knex.QueryBuilder, column: string): Promise<Millis | null> {
  const row = await rows.orderBy(column).first<Readonly<Record<string, Millis>> | undefined>(column);
  return row?.[column] ?? null;
}

async function outboxOf(on: Knex.Transaction): Promise<Waiting> {
  const some = on('outbox').select('sequence').limit(OUTBOX_COUNTED).as('some');
  const row = await on.from(some).first<{ count: number } | undefined>(on.raw('count(*) as count'));
  const first = await on('outbox').orderBy('sequence').first<{ at: Millis } | undefined>('at');
  return { count: row?.count ?? 0, oldestAt: first?.at ?? null };
}

async function spansOf(
  on: Knex.Transaction,
  deltas: readonly Delta[],
  { length, since }: SpansWanted,
): Promise<readonly Span[]> {
  const rows = await on('figures')
    .where('span', length)
    .andWhere('start', '>=', since)
    .select<Row[]>('start', 'chain_id', 'body');
  const spans = new Map<string, { chainId: ChainId; start: Millis; sums: Map<string, bigint> }>();
  const add = (chainId: ChainId, start: Millis, sums: Iterable<readonly [string, bigint]>): void => {
    const key = `${start}:${chainId}`;
    const span = spans.get(key) ?? { chainId, start, sums: new Map<string, bigint>() };
    spans.set(key, span);
    addUp(span.sums, sums);
  };
  for (const { chain_id, start, body } of rows) add(chain_id, start, fromBody(body));
  for (const { chain_id, at, body } of deltas)
    if (startOf(at, SPAN_MS[length]) >= since) add(chain_id, startOf(at, SPAN_MS[length]), inSpan(fromBody(body)));
  return [...spans.values()].map(({ chainId, start, sums }) => ({ chainId, start, figures: spanOf(sums) }));
}
