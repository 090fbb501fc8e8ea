import Database from 'better-sqlite3';
import type { Knex } from 'knex';

/** A commit of another thread or process that becomes visible just before the first statement that looks like this. */
export function commitsBefore(
  on: { readonly path: string; readonly knex: Knex },
  statement: RegExp,
  sql: string,
): { readonly happened: boolean; close(): void } {
  const other = new Database(on.path);
  const commit = { happened: false, close: () => void other.close() };
  on.knex.on('query', (query: { readonly sql: string }) => {
    if (commit.happened || !statement.test(query.sql)) return;
    commit.happened = true;
    other.exec(sql);
  });
  return commit;
}
