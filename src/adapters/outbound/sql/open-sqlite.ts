import { chmodSync, existsSync } from 'node:fs';
import knex, { type Knex } from 'knex';

/** What goes wrong is thrown as well; a start that is refused should say so once, and without a stack. */
const SILENT = { warn: () => undefined, error: () => undefined, deprecate: () => undefined, debug: () => undefined };

/** `:memory:` for nothing durable, else a file, made readable for its owner alone. */
export function openSqlite(filename: string): Knex {
  const isNew = filename !== ':memory:' && !existsSync(filename);
  const opened = knex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    log: SILENT,
    // An error's message holds the statement; with its bindings it would carry what clients sent, and hashes of tokens, into the log.
    compileSqlOnError: false,
    pool: {
      min: 1,
      max: 1,
      // Never closed while idle: an in-memory database would be gone with it.
      idleTimeoutMillis: 2_147_483_647,
      afterCreate: (connection: Connection, done: (error: Error | null, connection: unknown) => void) => {
        connection.pragma('journal_mode = WAL');
        // FULL: a commit is on disk when it returns, so a 202 survives a power cut.
        connection.pragma('synchronous = FULL');
        connection.pragma(`busy_timeout = ${waits.get(opened) ?? WAIT_MS}`);
        connections.set(opened, connection);
        connection.pragma('foreign_keys = ON');
        connection.pragma('cache_size = -32768');
        // Pages that many commits write go into the database once, not once for each thousand pages of log.
        connection.pragma('wal_autocheckpoint = 8000');
        keepStatements(connection);
        if (isNew) chmodSync(filename, 0o600);
        done(null, connection);
      },
    },
  });
  return opened;
}

/** How long a statement waits for another process that is writing. */
const WAIT_MS = 5_000;
const waits = new WeakMap<Knex, number>();
const connections = new WeakMap<Knex, Connection>();

/**
 * How long a statement waits for another process that is writing; its thread does nothing else meanwhile. From the next statement on, also of
 * those that stand in line for the connection already.
 */
export function waitNoLongerThan(database: Knex, ms: number): void {
  waits.set(database, ms);
  connections.get(database)?.pragma(`busy_timeout = ${ms}`);
}

/** What is used of better-sqlite3's own connection. */
interface Connection {
  pragma(text: string): unknown;
  prepare(sql: string): unknown;
}

/** More texts than the service has; those whose length follows a list come and go. */
const STATEMENTS_KEPT = 500;

/** There are few texts, and compiling one takes longer than writing a row or reading ten; knex would compile each anew. */
function keepStatements(connection: Connection): void {
  const compile = connection.prepare.bind(connection);
  const kept = new Map<string, unknown>();
  connection.prepare = (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const statement = compile(sql);
    if (kept.size >= STATEMENTS_KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(sql, statement);
    return statement;
  };
}
