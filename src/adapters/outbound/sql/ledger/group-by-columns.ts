import type { Columns, Row } from '../dialect/dialect.ts';

export interface ColumnGroup {
  readonly sets: Columns;
  readonly rows: readonly Row[];
}

/** Rows that name the same of these columns share a statement; rows that name none of them need none. */
export function groupByColumns(columns: Columns, rows: readonly Row[]): readonly ColumnGroup[] {
  const groups = new Map<string, { sets: Columns; rows: Row[] }>();
  for (const row of rows) {
    const sets = Object.entries(columns).filter(([name]) => name in row);
    if (sets.length === 0) continue;
    const key = sets.map(([name]) => name).join();
    const group = groups.get(key) ?? { sets: Object.fromEntries(sets), rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}
