import type { Knex } from 'knex';
import { isPoolError } from './pool-error.ts';
import type { Columns, ColumnType, Dialect, Row, Value } from './dialect.ts';

/** What is used of better-sqlite3's own connection. */
interface Connection {
  prepare(sql: string): Statement;
}
interface Statement {
  run(values: readonly Value[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

/**
 * Rows are written one by one by a statement that is compiled once (open-sqlite.ts): 6 µs for a row of twenty columns, where the same rows
 * as one JSON array take 13–21 (`json_extract`), and their blobs twice the room.
 */
async function statement(transaction: Knex.Transaction, sql: string): Promise<Statement> {
  const client = transaction.client as { acquireConnection(): Promise<Connection> };
  return (await client.acquireConnection()).prepare(sql);
}

const insertion = (table: string, columns: Columns): string => {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
};
const equals = (columns: Columns): string[] => Object.keys(columns).map((name) => `${name} = ?`);
const valuesOf = (row: Row, names: readonly string[]): readonly Value[] => names.map((name) => row[name] ?? null);

const extract = (name: string, type: ColumnType): string => {
  const value = `json_extract(value, '$.${name}')`;
  return type === 'blob' ? `unhex(${value})` : value;
};

const code = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** SQLite through better-sqlite3; needs 3.41 or newer for `unhex`. */
export const sqlite: Dialect = {
  name: 'sqlite',
  // BEGIN is deferred: whoever reads first and writes later may find that another connection wrote in between, and cannot wait for it.
  lockForWriting: async (transaction) => {
    (await statement(transaction, 'UPDATE leases SET token = token WHERE 0')).run([]);
  },
  insert: async (transaction, table, columns, rows, options = {}) => {
    const names = Object.keys(columns);
    const ignore = options.ignore === true ? ' ON CONFLICT DO NOTHING' : '';
    const insert = await statement(transaction, insertion(table, columns) + ignore);
    return rows.filter((row) => insert.run(valuesOf(row, names)).changes === 0);
  },
  insertNumbered: async (transaction, table, columns, row) => {
    const insert = await statement(transaction, insertion(table, columns));
    return Number(insert.run(valuesOf(row, Object.keys(columns))).lastInsertRowid);
  },
  update: async (transaction, { table, keys, sets, also = [], where }, rows) => {
    const assignments = [...equals(sets), ...also].join(', ');
    const conditions = [...equals(keys), ...(where === undefined ? [] : [where])].join(' AND ');
    const change = await statement(transaction, `UPDATE ${table} SET ${assignments} WHERE ${conditions}`);
    const names = [...Object.keys(sets), ...Object.keys(keys)];
    return rows.filter((row) => change.run(valuesOf(row, names)).changes === 0);
  },
  delete: async (transaction, table, keys, rows) => {
    const names = Object.keys(keys);
    const remove = await statement(transaction, `DELETE FROM ${table} WHERE ${equals(keys).join(' AND ')}`);
    for (const row of rows) remove.run(valuesOf(row, names));
  },
  rows: (columns) =>
    `(SELECT ${Object.entries(columns)
      .map(([name, type]) => `${extract(name, type)} AS ${name}`)
      .join(', ')} FROM json_each(?))`,
  notByIndex: (column) => `+${column}`,
  jsonRows: (columns) => `json_group_array(json_array(${columns.join(', ')}))`,
  selectedRows: (answer) => answer as Record<string, unknown>[],
  isUniqueViolation: (error) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(code(error)),
  isUnavailable: (error) =>
    /^SQLITE_(FULL|BUSY|LOCKED|IOERR|CANTOPEN|READONLY|NOMEM|CORRUPT|NOTADB|PROTOCOL)/.test(code(error)) ||
    isPoolError(error) ||
    (error instanceof TypeError && error.message.endsWith('The database connection is not open')),
  createPartialIndex: async (knex, table, name, columns, where) => {
    await knex.raw(`CREATE INDEX ${name} ON ${table} (${columns.join(', ')}) WHERE ${where}`);
  },
};
