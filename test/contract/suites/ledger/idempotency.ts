import { describe, expect, it } from 'vitest';
import type { NewTransaction } from '../../../../src/application/change-set.ts';
import { fresh, type OpenStorage, type StorageCapabilities } from '../../../support/storage.ts';
import { commit, event, LANE, newTransaction, transactionId } from '../../../support/stored.ts';

const keyed = (n: number, changes: Partial<NewTransaction> = {}): NewTransaction =>
  newTransaction(n, { idempotencyKey: 'order-1', fingerprint: 'the same request', ...changes });

/** A key that is on record is the item's outcome, and no conflict. */
export function idempotencySuite(open: OpenStorage, { shared }: StorageCapabilities): void {
  const storage = fresh(open);
  const accept = (items: readonly NewTransaction[], on = storage()) =>
    commit(on, {
      accepted: items,
      events: items.map(({ id }) => event(id)),
      wakeUps: [{ signer: LANE, ids: items.map(({ id }) => id) }],
    });
  const all = async () => (await storage().views.page({}, 100, null)).items.map(({ id }) => id).sort();

  describe('idempotency keys', () => {
    it('make the same request twice the original', async () => {
      await accept([keyed(1)]);
      expect((await accept([keyed(2)])).accepted).toEqual([{ kind: 'replayed', id: transactionId(1) }]);
      expect(await all()).toEqual([transactionId(1)]);
    });

    it('are refused for another request', async () => {
      await accept([keyed(1)]);
      const { accepted } = await accept([keyed(2, { fingerprint: 'another request' })]);
      expect(accepted).toEqual([{ kind: 'keyReused', id: transactionId(1) }]);
      expect(await all()).toEqual([transactionId(1)]);
    });

    it('count within one batch too, item by item, in order', async () => {
      const { accepted } = await accept([
        keyed(1),
        newTransaction(2),
        keyed(3),
        keyed(4, { fingerprint: 'another request' }),
        keyed(5, { idempotencyKey: 'order-2' }),
      ]);
      expect(accepted).toEqual([
        { kind: 'created', id: transactionId(1) },
        { kind: 'created', id: transactionId(2) },
        { kind: 'replayed', id: transactionId(1) },
        { kind: 'keyReused', id: transactionId(1) },
        { kind: 'created', id: transactionId(5) },
      ]);
      expect(await all()).toEqual([1, 2, 5].map(transactionId));
    });

    it('belong to a client', async () => {
      await accept([keyed(1)]);
      const { accepted } = await accept([keyed(2, { client: 'bank' }), keyed(3, { client: 'shop\u0000order' })]);
      expect(accepted.map(({ kind }) => kind)).toEqual(['created', 'created']);
    });

    it('are told apart by case', async () => {
      const { accepted } = await accept([keyed(1), keyed(2, { idempotencyKey: 'Order-1' })]);
      expect(accepted.map(({ kind }) => kind)).toEqual(['created', 'created']);
    });

    it('are not needed: equal requests without one are two', async () => {
      const { accepted } = await accept([1, 2].map((n) => keyed(n, { idempotencyKey: null })));
      expect(accepted.map(({ kind }) => kind)).toEqual(['created', 'created']);
    });

    it('let a late request be a repetition, and nothing else', async () => {
      await accept([keyed(1)]);
      const { accepted } = await accept([
        keyed(2, { onlyReplay: true }),
        keyed(3, { onlyReplay: true, fingerprint: 'another request' }),
        keyed(4, { onlyReplay: true, idempotencyKey: 'unknown' }),
        // The key of a request that was not created is free.
        keyed(5, { idempotencyKey: 'unknown' }),
      ]);
      expect(accepted).toEqual([
        { kind: 'replayed', id: transactionId(1) },
        { kind: 'keyReused', id: transactionId(1) },
        { kind: 'notCreated' },
        { kind: 'created', id: transactionId(5) },
      ]);
      expect(await all()).toEqual([1, 5].map(transactionId));
    });

    it('leave no event and no wake-up of an item that was not created', async () => {
      await accept([keyed(1)]);
      await storage().outbox.done((await storage().outbox.take(10)).map(({ sequence }) => sequence));
      const before = await storage().everything();
      const late = keyed(4, { onlyReplay: true, idempotencyKey: 'unknown' });
      const result = await accept([keyed(2), keyed(3, { fingerprint: 'another' }), late]);
      expect(result.outbox).toBeNull();
      expect(await storage().everything()).toEqual(before);
    });

    it('wake nobody for the items of a batch that were not created', async () => {
      await accept([keyed(1)]);
      const { outbox } = await accept([keyed(2), newTransaction(3)]);
      const [message] = await storage().outbox.take(10, [outbox ?? 0]);
      expect(message?.wakeUps).toEqual([{ signer: LANE, ids: [transactionId(3)] }]);
    });

    it('are won by one of two commits at the same time', async () => {
      const results = await Promise.all([1, 2, 3].map((n) => accept([keyed(n)])));
      const kinds = results.flatMap(({ accepted }) => accepted.map(({ kind }) => kind));
      expect(kinds.sort()).toEqual(['created', 'replayed', 'replayed']);
      expect(await all()).toHaveLength(1);
    });

    if (shared) {
      it('are won by one of two processes', async () => {
        const other = await storage().another();
        const results = [await accept([keyed(1)]), await accept([keyed(2)], other), await accept([keyed(3)])];
        const kinds = results.flatMap(({ accepted }) => accepted.map(({ kind }) => kind));
        expect(kinds).toEqual(['created', 'replayed', 'replayed']);
        expect(await all()).toEqual([transactionId(1)]);
      });
    }
  });
}
