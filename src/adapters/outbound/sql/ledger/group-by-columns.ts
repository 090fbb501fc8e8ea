import type { Columns, Row } from '../dialect/dialect.ts';

export interface ColumnGroup {
  readonly sets: Columns;
  readonly rows: readonly Row[];
}

/** Rows that name the same of these columns share a statement; rows that name none of them need none. */
export function groupByColumns(columns: Columns, rows: readonly Row[]): readonly ColumnGroup[] {
  const names = Object.keys(columns);
  const groups = new Map<number, { sets: Columns; rows: Row[] }>();
  for (const row of rows) {
    // A bit a column: there are fewer than 31, and thousands of rows.
    let which = 0;
    for (let i = 0; i < names.length; i++) if ((names[i] as string) in row) which |= 1 << i;
    if (which === 0) continue;
    let group = groups.get(which);
    if (group === undefined) {
      const sets = Object.entries(columns).filter(([name]) => name in row);
      groups.set(which, (group = { sets: Object.fromEntries(sets), rows: [] }));
    }
    group.rows.push(row);
  }
  return [...groups.values()];
}
