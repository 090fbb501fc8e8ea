import type { Knex } from 'knex';

/** How a column travels inside the JSON array of a hot statement: blobs as hex text. */
export type ColumnType = 'text' | 'integer' | 'blob';
export type Columns = Readonly<Record<string, ColumnType>>;

/**
 * What differs between databases. The hot writes take one JSON array each (hot-path.md: 2.8–6.5 µs a row against 13–39 through the
 * builder); the builder has no words for them, so their texts are made here, once.
 */
export interface Dialect {
  readonly name: 'sqlite';
  /** `INSERT INTO table (columns) SELECT … FROM (the JSON array)`; one binding. `ignore`: rows that are there already stay as they are. */
  insertRows(table: string, columns: Columns, options?: { readonly ignore?: boolean }): string;
  /** Sets columns from the row of the array with the same keys; one binding. `extra`: SQL assignments of their own; `where`: a further condition. */
  updateRows(table: string, keys: Columns, sets: Columns, extra?: readonly string[], where?: string): string;
  /** A derived table of the array's rows, to join with; one binding. */
  rows(columns: Columns): string;
  /** `DELETE` of the rows with these keys; one binding. */
  deleteRows(table: string, keys: Columns): string;
  /** First statement of a commit: takes the write lock before anything is read. */
  lockForWriting(transaction: Knex.Transaction): Promise<void>;
  isUniqueViolation(error: unknown): boolean;
  /** Nothing is wrong with the statement; the database cannot do it now (full, locked, gone). */
  isUnavailable(error: unknown): boolean;
  /** A partial index where the database has them, over the rows for which `where` holds. */
  createPartialIndex(
    knex: Knex,
    table: string,
    name: string,
    columns: readonly string[],
    where: string,
    unique?: boolean,
  ): Promise<void>;
  /** Rows that a statement changed, from what `knex.raw` answers. */
  changedRows(answer: unknown): number;
  selectedRows(answer: unknown): readonly Record<string, unknown>[];
}
