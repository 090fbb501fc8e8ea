import type { PagePosition, TransactionFilter } from '../../../../application/ports/views.ts';
import type { TransactionId } from '../../../../domain/primitives.ts';
import { narrow, type Condition } from './filter.ts';
import type { Reading } from './reading.ts';

export interface PlaceInList extends PagePosition {
  readonly id: TransactionId;
}

/** Which rows a page shows, and whether there are more: ids first, so that only what is shown is read and opened. */
export async function placesInList(
  reading: Reading,
  filter: TransactionFilter,
  limit: number,
  after: PagePosition | null,
): Promise<{ readonly places: readonly PlaceInList[]; readonly more: boolean }> {
  const { all, alternatives } = await narrow(filter, reading.cipher);
  const newest = async (alternative: Condition): Promise<readonly PlaceInList[]> => {
    const query = reading.knex('transactions as t');
    for (const condition of [...all, alternative]) condition(query);
    // Not as an OR of both columns, which no index can begin at.
    if (after !== null)
      void query
        .where('t.created_at', '<=', after.createdAt)
        .where((q) => void q.where('t.created_at', '<', after.createdAt).orWhere('t.id', '<', after.id));
    const rows = await query
      .orderBy([
        { column: 't.created_at', order: 'desc' },
        { column: 't.id', order: 'desc' },
      ])
      .limit(limit + 1)
      .select<{ id: TransactionId; created_at: number }[]>('t.id', 't.created_at');
    return rows.map((row) => ({ id: row.id, createdAt: row.created_at }));
  };
  const found = await Promise.all(alternatives.map(newest));
  const places = [...new Map(found.flat().map((place) => [place.id, place])).values()].sort(newestFirst);
  return { places: places.slice(0, limit), more: places.length > limit };
}

const newestFirst = (a: PlaceInList, b: PlaceInList): number =>
  b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
