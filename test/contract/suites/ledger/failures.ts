import { describe, expect, it } from 'vitest';
import type { FailureChange } from '../../../../src/application/change-set.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { commit, put } from '../../../support/stored.ts';
import { failed, included, NOW, queued } from '../../../support/transactions.ts';

/** The dedicated table of failures: one row a transaction, its newest failure. */
export function failuresSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const put1 = () => put(storage(), 1, failed());
  const opened = (transactionId: FailureChange['transactionId'], message: string, nodeMessage: string | null = null) =>
    ({ kind: 'opened', transactionId, code: 'retries_exhausted', message, nodeMessage }) as const;
  const shown = async (id: string) => {
    const view = await storage().views.one(id as never);
    return { failure: view?.failure ?? null, closed: view?.closed ?? null };
  };
  const failure = (message: string, nodeMessage: string | null = null) => ({
    code: 'retries_exhausted',
    message,
    nodeMessage,
  });

  describe('failures', () => {
    it('are opened with what to tell the client and what the node said', async () => {
      const row = await put1();
      await commit(storage(), { failures: [opened(row.id, 'No node took it.', 'Internal error')] });
      expect(await shown(row.id)).toEqual({ failure: failure('No node took it.', 'Internal error'), closed: null });
    });

    it('are replaced by a newer one, closing and all', async () => {
      const row = await put1();
      await commit(storage(), { failures: [opened(row.id, 'first', 'node')] });
      await commit(storage(), {
        failures: [{ kind: 'closed', transactionId: row.id, by: 'user:ann', reason: 'done' }],
      });
      await commit(storage(), { failures: [opened(row.id, 'second')] });
      expect(await shown(row.id)).toEqual({ failure: failure('second'), closed: null });
    });

    it('are closed by a person, with a reason, without a change of status', async () => {
      const row = await put1();
      await commit(storage(), { failures: [opened(row.id, 'No node took it.')] });
      await commit(storage(), {
        at: NOW + 3,
        failures: [{ kind: 'closed', transactionId: row.id, by: 'user:ann', reason: 'paid by hand' }],
      });
      expect(await shown(row.id)).toEqual({
        failure: failure('No node took it.'),
        closed: { at: NOW + 3, by: 'user:ann', reason: 'paid by hand' },
      });
    });

    it('are no longer shown once the row goes on', async () => {
      const row = await put1();
      await commit(storage(), { failures: [opened(row.id, 'gone')] });
      await commit(storage(), {
        failures: [{ kind: 'closed', transactionId: row.id, by: 'user:ann', reason: 'done' }],
      });
      await commit(storage(), {
        transactions: [{ before: row, after: queued({ id: row.id }) }],
        failures: [{ kind: 'resolved', transactionId: row.id }],
      });
      expect(await shown(row.id)).toEqual({ failure: null, closed: null });
    });

    it('stand again closed where they were closed: of these alone nobody is told', async () => {
      const [closed, open] = [await put1(), await put(storage(), 2, failed({ liveNonce: null, attemptHash: null }))];
      await commit(storage(), { failures: [opened(closed.id, 'one'), opened(open.id, 'two')] });
      await commit(storage(), {
        failures: [{ kind: 'closed', transactionId: closed.id, by: 'user:ann', reason: 'done' }],
      });
      const both = (kind: 'resolved' | 'reopened') => [closed, open].map(({ id }) => ({ kind, transactionId: id }));
      await commit(storage(), { failures: both('resolved') });
      await commit(storage(), {
        failures: both('reopened'),
        letters: [closed, open].map(({ id }) => ({ kind: 'put', transactionId: id, code: 'retries_exhausted' })),
      });
      expect(await shown(closed.id)).toMatchObject({ failure: { message: 'one' }, closed: { reason: 'done' } });
      expect((await storage().outbox.take(9)).at(-1)?.letters).toEqual([
        { kind: 'put', transactionId: open.id, code: 'retries_exhausted' },
      ]);
      expect((await storage().work.openFailures(9, null)).map((row) => row.transactionId)).toEqual([open.id]);
    });

    it('stand again, as they were, where a reorg takes a late inclusion back', async () => {
      const row = await put1();
      await commit(storage(), { failures: [opened(row.id, 'lost', 'node')] });
      const after = included({ id: row.id, heldNonce: null, includedFrom: 'failed', failureCode: 'retries_exhausted' });
      await commit(storage(), {
        transactions: [{ before: row, after }],
        failures: [{ kind: 'resolved', transactionId: row.id }],
      });
      expect(await shown(row.id)).toEqual({ failure: null, closed: null });
      await commit(storage(), {
        transactions: [{ before: { ...after, version: 3 }, after: failed({ id: row.id }) }],
        failures: [{ kind: 'reopened', transactionId: row.id }],
      });
      expect(await shown(row.id)).toEqual({ failure: failure('lost', 'node'), closed: null });
    });
  });
}
