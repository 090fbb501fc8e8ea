import type { Page, PagePosition } from '../../../../application/ports/views.ts';
import { json, type Answer } from '../answer.ts';
import { invalid } from '../problem.ts';
import { DEFAULT_LIMIT } from '../schemas/lists.ts';
import type { Cursors } from './cursor.ts';

interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** One page of a list. `scope` is all that the list depends on: a cursor of another scope is refused. */
export async function pageAnswer<Item>(
  cursors: Cursors,
  scope: unknown,
  { limit = DEFAULT_LIMIT, cursor }: PageQuery,
  read: (limit: number, after: PagePosition | null) => Promise<Page<Item>>,
  present: (item: Item) => unknown,
): Promise<Answer> {
  const after = cursor === undefined ? null : cursors.read(scope, cursor);
  if (cursor !== undefined && after === null) {
    return invalid([{ path: 'cursor', message: 'is not a nextCursor of this list under this filter' }]);
  }
  const { items, next } = await read(limit, after);
  return json(200, { items: items.map(present), nextCursor: next && cursors.write(scope, next) });
}
