import { describe, expect, it } from 'vitest';
import { SPAN_MS, type Span, type SpanLength } from '../../../../src/application/ports/figures.ts';
import { fresh, type OpenStorage, type StorageCapabilities } from '../../../support/storage.ts';
import { commit, newTransaction, put } from '../../../support/stored.ts';
import { NOW, queued, signed } from '../../../support/transactions.ts';

/** Adding up what commits appended. */
export function foldSuite(open: OpenStorage, { shared }: StorageCapabilities): void {
  const storage = fresh(open);
  const accept = async (count: number, at = NOW): Promise<void> => {
    for (let n = 0; n < count; n++) await commit(storage(), { at, accepted: [newTransaction(at - NOW + n)] });
  };
  const spansOf = async (length: SpanLength): Promise<readonly Span[]> =>
    (await storage().figures.read([{ length, since: 0 }])).spans[0] ?? [];
  const accepted = async (): Promise<number> =>
    (await spansOf('minute')).reduce((sum, { figures }) => sum + figures.passed.accepted, 0);

  describe('a fold', () => {
    it('takes a piece at a time, and says whether there is more', async () => {
      await accept(501);
      expect(await storage().figures.fold(NOW)).toEqual({ folded: 500, more: true });
      expect(await accepted()).toBe(501);
      expect(await storage().figures.fold(NOW)).toEqual({ folded: 1, more: false });
      expect(await accepted()).toBe(501);
    });

    it('leaves minutes of eight days', async () => {
      await accept(1);
      await accept(1, NOW + 8 * 24 * SPAN_MS.hour + SPAN_MS.minute);
      await storage().figures.fold(NOW);
      expect(await accepted()).toBe(2);
      await accept(1, NOW + 8 * 24 * SPAN_MS.hour + 2 * SPAN_MS.minute);
      await storage().figures.fold(NOW + 8 * 24 * SPAN_MS.hour + 2 * SPAN_MS.minute);
      expect(await accepted()).toBe(2);
      expect(await spansOf('hour')).toHaveLength(2);
    });

    if (shared)
      it('of one process takes what another appended, and leaves it nothing', async () => {
        await accept(3);
        const theirs = await storage().another();
        await commit(theirs, { accepted: [newTransaction(50)] });
        expect(await theirs.figures.fold(NOW)).toEqual({ folded: 4, more: false });
        expect(await storage().figures.fold(NOW)).toEqual({ folded: 0, more: false });
        expect(await accepted()).toBe(4);
      });
  });

  describe('a commit', () => {
    it('appends a row for what it accepts and one for what it moves, however many', async () => {
      const row = await put(storage(), 1, queued());
      await storage().figures.fold(NOW);
      const items = Array.from({ length: 300 }, (_, n) => newTransaction(1_000 + n));
      await commit(storage(), {
        accepted: items,
        transactions: [{ before: row, after: signed({ id: row.id }) }],
      });
      expect(await storage().figures.fold(NOW)).toEqual({ folded: 2, more: false });
    });

    it('appends nothing where it changes no figure, is refused, or repeats a key', async () => {
      const row = await put(storage(), 1, queued(), { accepted: { idempotencyKey: 'k' } });
      await storage().figures.fold(NOW);
      const waits = { ...row, retry: { ...row.retry, count: 1 } };
      await commit(storage(), { transactions: [{ before: row, after: waits }] });
      await commit(storage(), { accepted: [newTransaction(2, { idempotencyKey: 'k' })] });
      const stale = { transactions: [{ before: row, after: signed({ id: row.id }) }] };
      expect(await storage().ledger.commit({ step: 'settle', at: NOW, ...stale })).toMatchObject({ kind: 'conflict' });
      expect(await storage().figures.fold(NOW)).toEqual({ folded: 0, more: false });
    });
  });
}
