import { describe, expect, it } from 'vitest';
import type { FailureChange } from '../../../../src/application/change-set.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { commit, transactionId } from '../../../support/stored.ts';
import { NOW } from '../../../support/transactions.ts';

export function failuresToReadSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const fail = (at: number, ...numbers: number[]) =>
    commit(storage(), {
      at,
      failures: numbers.map((n): FailureChange => ({
        kind: 'opened',
        transactionId: transactionId(n),
        code: 'would_revert',
        message: 'm',
        nodeMessage: null,
      })),
    });
  const change = (kind: 'resolved' | 'reopened', n: number) =>
    commit(storage(), { failures: [{ kind, transactionId: transactionId(n) }] });
  const close = (n: number) =>
    commit(storage(), { failures: [{ kind: 'closed', transactionId: transactionId(n), by: 'user:ann', reason: 'r' }] });
  const found = async () => (await storage().work.openFailures(100, null)).map((row) => row.transactionId);

  describe('open failures', () => {
    it('are what nobody retried, resolved or closed', async () => {
      await fail(NOW, 1, 2, 3, 4, 5);
      await change('resolved', 1);
      await close(2);
      await change('resolved', 3);
      await change('reopened', 3);
      await close(4);
      await change('resolved', 4);
      await change('reopened', 4);
      expect(await found()).toEqual([5, 3].map(transactionId));
      await fail(NOW, 4);
      expect(await found()).toEqual([5, 4, 3].map(transactionId));
    });

    it('come newest first, page by page, also those of one moment', async () => {
      await fail(NOW, 1, 2, 3);
      await fail(NOW + 1, 4);
      await fail(NOW - 1, 5);
      const pages: string[][] = [];
      let before = null;
      for (;;) {
        const page = await storage().work.openFailures(2, before);
        if (page.length === 0) break;
        pages.push(page.map((row) => row.transactionId));
        before = page.at(-1) ?? null;
      }
      expect(pages).toEqual([[4, 3], [2, 1], [5]].map((numbers) => numbers.map(transactionId)));
      expect(await storage().work.openFailures(1, null)).toEqual([
        { transactionId: transactionId(4), code: 'would_revert', at: NOW + 1 },
      ]);
    });
  });
}
