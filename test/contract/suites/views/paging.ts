import { describe, expect, it } from 'vitest';
import type { PagePosition, TransactionFilter } from '../../../../src/application/ports/views.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { commit, newTransaction, put, transactionId } from '../../../support/stored.ts';
import { failed, NOW, queued } from '../../../support/transactions.ts';

export function pagingSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const accept = (at: number, ...numbers: number[]) =>
    commit(storage(), { at, accepted: numbers.map((n) => newTransaction(n)) });
  const pages = async (limit: number, filter: TransactionFilter = {}): Promise<readonly (readonly string[])[]> => {
    const found: string[][] = [];
    let after: PagePosition | null = null;
    do {
      const page = await storage().views.page(filter, limit, after);
      found.push(page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    return found;
  };
  const ids = (...numbers: number[]) => numbers.map(transactionId);

  describe('pages', () => {
    it('go on by time and id, also among rows of one moment', async () => {
      await accept(NOW, 1, 2, 3);
      await accept(NOW + 1, 4);
      await accept(NOW - 1, 5, 6);
      expect(await pages(2)).toEqual([ids(4, 3), ids(2, 1), ids(6, 5)]);
      expect(await pages(4)).toEqual([ids(4, 3, 2, 1), ids(6, 5)]);
      expect(await pages(6)).toEqual([ids(4, 3, 2, 1, 6, 5)]);
    });

    it('neither lose nor repeat a row where new ones come in between', async () => {
      await accept(NOW, 1, 2, 3);
      const first = await storage().views.page({}, 2, null);
      await accept(NOW, 4);
      await accept(NOW + 1, 5);
      const second = await storage().views.page({}, 2, first.next);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids(3, 2, 1));
    });

    it('merge several statuses in order', async () => {
      for (const n of [1, 2, 3, 4, 5, 6]) {
        const state = n % 2 === 0 ? queued() : failed({ liveNonce: null, attemptHash: null });
        await put(storage(), n, state, { at: NOW + Math.floor(n / 3) });
      }
      expect(await pages(2, { statuses: ['failed', 'queued'] })).toEqual([ids(6, 5), ids(4, 3), ids(2, 1)]);
      expect(await pages(2, { statuses: ['failed'] })).toEqual([ids(5, 3), ids(1)]);
    });

    it('of nothing have no next one', async () => {
      expect(await storage().views.page({}, 5, null)).toEqual({ items: [], next: null });
      await accept(NOW, 1);
      const after = { createdAt: NOW, id: transactionId(1) };
      expect(await storage().views.page({}, 5, after)).toEqual({ items: [], next: null });
    });
  });
}
