import type { Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { Columns, Dialect } from '../dialect/dialect.ts';
import { whileAvailable } from '../while-available.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** What every read needs. */
export class Reading {
  constructor(
    readonly knex: Knex,
    private readonly dialect: Dialect,
    readonly cipher: FieldCipher,
  ) {}

  /**
   * A SELECT whose FROM begins with a list, as `w`: it travels as one JSON array, so that no statement has thousands of bindings, and
   * comes first in the join, so that the database looks the list's rows up and never the other way round.
   */
  async join(columns: readonly string[], w: Columns, joins: string, list: readonly object[]): Promise<readonly Raw[]> {
    if (list.length === 0) return [];
    const sql = `SELECT ${columns.join(', ')} FROM ${this.dialect.rows(w)} w CROSS JOIN ${joins}`;
    return this.dialect.selectedRows(await this.knex.raw(sql, [JSON.stringify(list)]));
  }

  joinIds(columns: readonly string[], joins: string, ids: readonly string[]): Promise<readonly Raw[]> {
    return this.join(
      columns,
      { id: 'text' },
      joins,
      [...new Set(ids)].map((id) => ({ id })),
    );
  }

  /** See the dialect: of hashes each is on a page of its own, where a holder's attempts lie beside those of the ones before. */
  notByIndex(column: string): string {
    return this.dialect.notByIndex(column);
  }

  /** See the dialect. */
  jsonRows(columns: readonly string[]): string {
    return this.dialect.jsonRows(columns);
  }

  /** Rows of a statement that is not the builder's. */
  async rows(sql: string, bindings: readonly (string | number)[]): Promise<readonly Raw[]> {
    return this.dialect.selectedRows(await this.knex.raw(sql, [...bindings]));
  }

  ask<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    return whileAvailable(this.dialect, 'the database cannot answer now', read);
  }
}
