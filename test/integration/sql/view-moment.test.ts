import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { fresh, openFile } from '../../support/storage.ts';
import { commit, event, newTransaction } from '../../support/stored.ts';

const storage = fresh(() => openFile());
const connections: Database.Database[] = [];
afterEach(() => {
  for (const one of connections.splice(0)) one.close();
});

/** A commit of another thread or process that becomes visible just before a statement which reads this table. */
function commitsBefore(table: string, sql: string): { readonly happened: boolean } {
  const other = new Database(storage().path);
  connections.push(other);
  const commit = { happened: false };
  storage().knex.on('query', (query: { readonly sql: string }) => {
    if (commit.happened || !query.sql.includes(`from \`${table}\``)) return;
    commit.happened = true;
    other.exec(sql);
  });
  return commit;
}

const CANCELLED = `BEGIN;
  UPDATE transactions SET status = 'cancelled', version = version + 1, due_at = NULL;
  INSERT INTO events (transaction_id, at, type, from_status, to_status, actor)
    SELECT id, updated_at, 'Cancelled', 'queued', 'cancelled', 'client:shop' FROM transactions;
  COMMIT`;

describe('one transaction, while another thread commits', () => {
  it.each(['attempts', 'events'])(
    'is shown with the timeline of the same moment (before it reads %s)',
    async (table) => {
      const item = newTransaction(1);
      await commit(storage(), { accepted: [item], events: [event(item.id)] });
      const other = commitsBefore(table, CANCELLED);
      const view = await storage().views.one(item.id);
      expect(other.happened).toBe(true);
      const last = view?.events.at(-1);
      expect({ version: view?.version, status: view?.status, last: last?.to }).toEqual(
        view?.version === 1
          ? { version: 1, status: 'queued', last: 'queued' }
          : { version: 2, status: 'cancelled', last: 'cancelled' },
      );
    },
  );
});
