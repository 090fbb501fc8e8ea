import type { Knex } from 'knex';
import { addUp, inSpan, inTotal } from '../../../../application/figures/figures.ts';
import { SPAN_MS, startOf } from '../../../../application/ports/figures.ts';
import type { Millis } from '../../../../domain/primitives.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { inWriteTransaction } from '../in-transaction.ts';
import { fromBody, toBody } from './body.ts';

/** Deltas that one database transaction adds up: a few milliseconds, for which commits wait. */
const PIECE = 500;
const DAY_MS = 24 * SPAN_MS.hour;
const KEPT_MS = { minute: 8 * DAY_MS, hour: 400 * DAY_MS } as const;

interface Delta {
  readonly sequence: number;
  readonly at: Millis;
  readonly chain_id: number;
  readonly body: string;
}

interface Place {
  readonly span: 'total' | 'minute' | 'hour';
  readonly start: Millis;
  readonly chain_id: number;
}

/** Another process has added up the same ones meanwhile. */
class FoldedAlready extends Error {
  override readonly name = 'FoldedAlready';
}

/** Adds up the oldest deltas and takes them away, in one database transaction: whenever a process dies, each is counted once. */
export async function fold(
  knex: Knex,
  dialect: Dialect,
  now: Millis,
): Promise<{ readonly folded: number; readonly more: boolean }> {
  // Nothing to do is the usual case of an idle service, and costs no lock.
  if ((await knex('figure_deltas').first<object | undefined>('sequence')) === undefined)
    return { folded: 0, more: false };
  try {
    const folded = await inWriteTransaction(knex, dialect, async (transaction) => {
      const deltas = await transaction('figure_deltas').orderBy('sequence').limit(PIECE).select<Delta[]>();
      const taken = transaction('figure_deltas').whereIn(
        'sequence',
        deltas.map(({ sequence }) => sequence),
      );
      if ((await taken.delete()) !== deltas.length) throw new FoldedAlready();
      for (const { place, sums } of sumsOf(deltas)) await addTo(transaction, place, sums);
      for (const span of ['minute', 'hour'] as const)
        await transaction('figures')
          .where('span', span)
          .andWhere('start', '<', now - KEPT_MS[span])
          .delete();
      return deltas.length;
    });
    return { folded, more: folded === PIECE };
  } catch (error) {
    if (error instanceof FoldedAlready) return { folded: 0, more: false };
    throw error;
  }
}

interface Sum {
  readonly place: Place;
  readonly sums: Map<string, bigint>;
}

function sumsOf(deltas: readonly Delta[]): Iterable<Sum> {
  const places = new Map<string, Sum>();
  const add = (place: Place, sums: Iterable<readonly [string, bigint]>): void => {
    const key = `${place.span}:${place.start}:${place.chain_id}`;
    const known = places.get(key) ?? { place, sums: new Map<string, bigint>() };
    places.set(key, known);
    addUp(known.sums, sums);
  };
  for (const { at, chain_id, body } of deltas) {
    const sums = fromBody(body);
    add({ span: 'total', start: 0, chain_id }, inTotal(sums));
    for (const span of ['minute', 'hour'] as const)
      add({ span, start: startOf(at, SPAN_MS[span]), chain_id }, inSpan(sums));
  }
  return places.values();
}

async function addTo(transaction: Knex.Transaction, place: Place, sums: Map<string, bigint>): Promise<void> {
  if (sums.size === 0) return;
  const row = await transaction('figures').where(place).forUpdate().first<{ body: string } | undefined>('body');
  if (row !== undefined) addUp(sums, fromBody(row.body));
  const body = toBody(sums);
  if (row === undefined) await transaction('figures').insert({ ...place, body });
  else await transaction('figures').where(place).update({ body });
}
