import { describe, expect, it } from 'vitest';
import type { FeedChunk } from '../../../../src/application/ports/views.ts';
import { fresh, type OpenStorage, type Storage } from '../../../support/storage.ts';
import { CHAIN, commit, event, newTransaction, transactionId } from '../../../support/stored.ts';

const numbers = ({ events }: FeedChunk): readonly number[] => events.map(({ sequence }) => sequence);

/** A row as a commit makes it visible that had its number long before, as MySQL gives it. */
const appear = (storage: Storage, sequence: number, at = storage.clock.now(), n = 1): Promise<unknown> =>
  storage.knex('events').insert({ sequence, transaction_id: transactionId(n), at, type: 'Signed', actor: 'system' });

export function feedSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const now = (): number => storage().clock.now();
  const accept = (n: number, client = 'shop') =>
    commit(storage(), { at: now(), accepted: [newTransaction(n, { client })] });
  const tell = (n: number, times = 1) =>
    commit(storage(), { at: now(), events: Array.from({ length: times }, () => event(transactionId(n))) });

  describe('the feed', () => {
    it('is empty at first', async () => {
      const { views } = storage();
      expect(await views.eventsAfter(0, 10)).toEqual({ events: [], position: 0, more: false });
      expect(await views.eventsAfter(77, 10)).toEqual({ events: [], position: 77, more: false });
      expect(await views.endOfEvents()).toBe(0);
    });

    it('tells of each event what the timeline does, and whose it is', async () => {
      await accept(1);
      const detail = { nodeMessage: 'words', old: '1' };
      await commit(storage(), {
        at: now(),
        events: [event(transactionId(1), { type: 'Signed', from: 'queued', to: 'signed', actor: 'user:ann', detail })],
      });
      const whole = await storage().views.one(transactionId(1));
      const { events } = await storage().views.eventsAfter(0, 10);
      const besides = { transactionId: transactionId(1), client: 'shop', chainId: CHAIN };
      expect(events).toEqual(whole?.events.map((one) => ({ ...one, ...besides, sequence: Number(one.id) })));
      expect(events).toMatchObject([{ type: 'Signed', from: 'queued', to: 'signed', actor: 'user:ann', detail }]);
    });

    it('goes page by page in order', async () => {
      await accept(1);
      await tell(1, 5);
      const { views } = storage();
      const first = await views.eventsAfter(0, 2);
      expect([numbers(first), first.position, first.more]).toEqual([[1, 2], 2, true]);
      const second = await views.eventsAfter(first.position, 3);
      expect([numbers(second), second.position]).toEqual([[3, 4, 5], 5]);
      expect(await views.eventsAfter(5, 3)).toEqual({ events: [], position: 5, more: false });
      expect(await views.endOfEvents()).toBe(5);
    });

    it("shows a client its own alone, and gets on over everybody else's", async () => {
      await accept(1, 'shop');
      await accept(2, 'other');
      await tell(2, 2_300);
      await tell(1, 3);
      await tell(2, 2);
      const { views } = storage();
      const chunks: FeedChunk[] = [];
      for (let position = 0; ; position = chunks.at(-1)?.position ?? 0) {
        chunks.push(await views.eventsAfter(position, 2, 'shop'));
        if (chunks.at(-1)?.more === false) break;
      }
      expect(chunks.map((chunk) => [numbers(chunk), chunk.position])).toEqual([
        [[], 1_000],
        [[], 2_000],
        [[2_301, 2_302], 2_302],
        [[2_303], 2_305],
      ]);
      expect((await views.eventsAfter(0, 10, 'nobody')).events).toEqual([]);
    });

    it('keeps a chunk of large details small', async () => {
      await accept(1);
      const large = event(transactionId(1), { detail: { data: 'f'.repeat(400_000) } });
      await commit(storage(), { at: now(), events: [large, large, large, large] });
      const { views } = storage();
      const first = await views.eventsAfter(0, 50);
      expect([numbers(first), first.position, first.more]).toEqual([[1, 2], 2, true]);
      expect(numbers(await views.eventsAfter(2, 50, 'shop'))).toEqual([3, 4]);
      const huge = event(transactionId(1), { detail: { data: 'f'.repeat(1_500_000) } });
      await commit(storage(), { at: now(), events: [huge, huge] });
      expect(numbers(await views.eventsAfter(4, 50))).toEqual([5]);
    });

    it('waits before a missing number for a row that commits late, and tells it in its place', async () => {
      await accept(1);
      await tell(1, 2);
      await appear(storage(), 4);
      await appear(storage(), 5);
      const { views, clock } = storage();
      const before = await views.eventsAfter(0, 50);
      expect([numbers(before), before.position, before.more]).toEqual([[1, 2], 2, false]);
      expect(await views.endOfEvents(), 'it will become visible from now on').toBe(2);
      clock.advance(9_999);
      expect((await views.eventsAfter(2, 50)).position).toBe(2);
      await appear(storage(), 3);
      expect(numbers(await views.eventsAfter(2, 50))).toEqual([3, 4, 5]);
      expect(await views.endOfEvents()).toBe(5);
    });

    it('passes a gap that nobody fills once the row behind it is 10 s old', async () => {
      await accept(1);
      await tell(1);
      await appear(storage(), 3);
      await appear(storage(), 9);
      const { views, clock } = storage();
      clock.advance(10_000);
      await appear(storage(), 12);
      const chunk = await views.eventsAfter(0, 50);
      expect([numbers(chunk), chunk.position]).toEqual([[1, 3, 9], 9]);
      expect(await views.endOfEvents()).toBe(9);
      clock.advance(10_000);
      expect(numbers(await views.eventsAfter(9, 50))).toEqual([12]);
    });

    it('waits for the first of all as well', async () => {
      await accept(1);
      await appear(storage(), 2);
      expect((await storage().views.eventsAfter(0, 50)).position).toBe(0);
      expect(await storage().views.endOfEvents()).toBe(0);
      await appear(storage(), 1);
      expect(numbers(await storage().views.eventsAfter(0, 50))).toEqual([1, 2]);
    });

    it('waits for nobody whose clock is far ahead, and for one that is a little', async () => {
      await accept(1);
      await appear(storage(), 2, now() + 59_000);
      expect((await storage().views.eventsAfter(0, 50)).position).toBe(0);
      await storage().knex('events').delete();
      await appear(storage(), 3, now() + 61_000);
      expect((await storage().views.eventsAfter(0, 50)).position).toBe(3);
    });

    it('gets on over events whose transaction is purged', async () => {
      await accept(1);
      await tell(1);
      await appear(storage(), 2, now(), 99);
      await tell(1);
      const chunk = await storage().views.eventsAfter(0, 50);
      expect([numbers(chunk), chunk.position]).toEqual([[1, 3], 3]);
    });
  });
}
