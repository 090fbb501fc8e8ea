import { afterEach, describe, expect, it } from 'vitest';
import { commitsBefore } from '../../support/commits-before.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { commit, event, newTransaction } from '../../support/stored.ts';

const storage = fresh(() => openFile());
const commits: { close(): void }[] = [];
afterEach(() => {
  for (const one of commits.splice(0)) one.close();
});

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
      const other = commitsBefore(storage(), new RegExp(`from \`${table}\``), CANCELLED);
      commits.push(other);
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
