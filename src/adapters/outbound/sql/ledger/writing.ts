import type { Knex } from 'knex';
import type { ChangeSet } from '../../../../application/change-set.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { AcceptOutcome } from '../../../../application/ports/ledger.ts';
import type { Columns, Dialect, Row, RowUpdate } from '../dialect/dialect.ts';
import type { Sealing } from './sealing.ts';

/** One commit under way. */
export class Writing {
  readonly accepted: AcceptOutcome[] = [];
  /** Ids of `accepted` that were not created: nothing else of this change set is about them. */
  readonly notCreated = new Set<string>();
  /** Ids of `failures` that stand again and were closed before: nobody is to be told of them. */
  readonly stillClosed = new Set<string>();

  constructor(
    readonly transaction: Knex.Transaction,
    private readonly dialect: Dialect,
  ) {}

  async insert(table: string, columns: Columns, rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.dialect.insert(this.transaction, table, columns, rows);
  }

  /** Rows that are there already stay as they are; gives those. */
  async insertNew(table: string, columns: Columns, rows: readonly Row[]): Promise<readonly Row[]> {
    return rows.length === 0 ? [] : this.dialect.insert(this.transaction, table, columns, rows, { ignore: true });
  }

  insertNumbered(table: string, columns: Columns, row: Row): Promise<number> {
    return this.dialect.insertNumbered(this.transaction, table, columns, row);
  }

  /** Gives the rows that found nothing to update. */
  async update(update: RowUpdate, rows: readonly Row[]): Promise<readonly Row[]> {
    return rows.length === 0 ? [] : this.dialect.update(this.transaction, update, rows);
  }

  async delete(table: string, keys: Columns, rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.dialect.delete(this.transaction, table, keys, rows);
  }

  /** A SELECT whose FROM begins with these rows, as `r`; blobs in them as hex. */
  async join(
    columns: string,
    r: Columns,
    joins: string,
    rows: readonly object[],
  ): Promise<readonly Record<string, unknown>[]> {
    if (rows.length === 0) return [];
    const sql = `SELECT ${columns} FROM ${this.dialect.rows(r)} r CROSS JOIN ${joins}`;
    return this.dialect.selectedRows(await this.transaction.raw(sql, [JSON.stringify(rows)]));
  }

  isUniqueViolation(error: unknown): boolean {
    return this.dialect.isUniqueViolation(error);
  }
}

/**
 * One kind of change, in two halves. What the first gives is plain data, so that the second may run in another thread, where the
 * database's own work and its waiting for the disk hold nobody up.
 */
export interface Part<Data> {
  /** Turns its part of a change set into rows and notes what is to be sealed; null where there is nothing. */
  prepare(changes: ChangeSet, sealing: Sealing, cipher: FieldCipher): Data | null | Promise<Data | null>;
  /** Writes what was prepared, sealed by now, in the database transaction. */
  write(writing: Writing, data: Data): Promise<void>;
}

/** Infers what goes from the one half to the other. */
export const part = <Data>(of: Part<Data>): Part<Data> => of;
