import type { Columns, ColumnType, Dialect } from './dialect.ts';

const extract = (name: string, type: ColumnType): string => {
  const value = `json_extract(value, '$.${name}')`;
  return type === 'blob' ? `unhex(${value})` : value;
};

const derived = (columns: Columns): string =>
  `(SELECT ${Object.entries(columns)
    .map(([name, type]) => `${extract(name, type)} AS ${name}`)
    .join(', ')} FROM json_each(?))`;

const on = (table: string, keys: Columns): string =>
  Object.keys(keys)
    .map((key) => `${table}.${key} = r.${key}`)
    .join(' AND ');

const code = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** SQLite through better-sqlite3; needs 3.41 or newer for `unhex`. */
export const sqlite: Dialect = {
  name: 'sqlite',
  insertRows: (table, columns, options = {}) => {
    const names = Object.keys(columns).join(', ');
    // WHERE true: without it SQLite's parser takes ON CONFLICT for a join's ON.
    return `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${derived(columns)} WHERE true${options.ignore ? ' ON CONFLICT DO NOTHING' : ''}`;
  },
  updateRows: (table, keys, sets, extra = [], where = 'true') =>
    `UPDATE ${table} SET ${[...Object.keys(sets).map((name) => `${name} = r.${name}`), ...extra].join(', ')} FROM ${derived({ ...keys, ...sets })} AS r WHERE ${on(table, keys)} AND ${where}`,
  rows: (columns) => derived(columns),
  deleteRows: (table, keys) => {
    const names = Object.keys(keys).join(', ');
    return `DELETE FROM ${table} WHERE (${names}) IN (SELECT ${names} FROM ${derived(keys)})`;
  },
  // BEGIN is deferred: whoever reads first and writes later may find that another connection wrote in between, and cannot wait for it.
  lockForWriting: async (transaction) => {
    await transaction.raw('UPDATE leases SET token = token WHERE 0');
  },
  isUniqueViolation: (error) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(code(error)),
  isUnavailable: (error) => /^SQLITE_(FULL|BUSY|LOCKED|IOERR|CANTOPEN|READONLY|NOMEM)/.test(code(error)),
  createPartialIndex: async (knex, table, name, columns, where, unique = false) => {
    await knex.raw(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} (${columns.join(', ')}) WHERE ${where}`);
  },
  changedRows: (answer) => (answer as { changes?: number }).changes ?? 0,
  selectedRows: (answer) => answer as Record<string, unknown>[],
};
