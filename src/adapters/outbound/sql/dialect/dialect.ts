import type { Knex } from 'knex';

export type Value = string | number | Uint8Array | null;
/** A row to be written; a column that it does not name is NULL. */
export type Row = Record<string, Value>;

export type ColumnType = 'text' | 'integer' | 'blob';
export type Columns = Readonly<Record<string, ColumnType>>;

/** An UPDATE of many rows, each found by its keys. */
export interface RowUpdate {
  readonly table: string;
  readonly keys: Columns;
  /** Columns that take their value from the row. */
  readonly sets: Columns;
  /** Assignments that are the same for all rows, as SQL. */
  readonly also?: readonly string[];
  /** A further condition, as SQL. */
  readonly where?: string;
}

/**
 * What differs between databases. The hot writes go past the builder, which takes 13–39 µs a row (docs/benchmarks.md); how many rows travel at
 * once is the dialect's own affair.
 */
export interface Dialect {
  readonly name: 'sqlite';
  /** First statement of a commit: takes the write lock before anything is read. */
  lockForWriting(transaction: Knex.Transaction): Promise<void>;
  /** `ignore`: rows that are there already stay as they are. Gives those. */
  insert(
    transaction: Knex.Transaction,
    table: string,
    columns: Columns,
    rows: readonly Row[],
    options?: { readonly ignore?: boolean },
  ): Promise<readonly Row[]>;
  /** One row into a table that numbers its rows; gives the number. */
  insertNumbered(transaction: Knex.Transaction, table: string, columns: Columns, row: Row): Promise<number>;
  /** Gives the rows that found nothing to update. */
  update(transaction: Knex.Transaction, update: RowUpdate, rows: readonly Row[]): Promise<readonly Row[]>;
  delete(transaction: Knex.Transaction, table: string, keys: Columns, rows: readonly Row[]): Promise<void>;
  /** A derived table of the rows of one JSON array, its one binding; blobs travel in it as hex. To be joined first, by CROSS JOIN. */
  rows(columns: Columns): string;
  /** The same column, by which a row is not to be looked up: another index finds it with fewer pages read. */
  notByIndex(column: string): string;
  /** An aggregate: a JSON array with an array of these columns for each row; an empty one or NULL where there is none. */
  jsonRows(columns: readonly string[]): string;
  selectedRows(answer: unknown): readonly Record<string, unknown>[];
  isUniqueViolation(error: unknown): boolean;
  /** Nothing is wrong with the statement; the database cannot do it now (full, locked, gone). */
  isUnavailable(error: unknown): boolean;
  /** An index over the rows for which `where` holds, or over all where the database has no such thing. */
  createPartialIndex(knex: Knex, table: string, name: string, columns: readonly string[], where: string): Promise<void>;
}
