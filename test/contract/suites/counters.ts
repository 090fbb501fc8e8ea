import { describe, expect, it } from 'vitest';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import { NOW } from '../../support/transactions.ts';

const WINDOW = 1_000;
const hit = (key: string, n = 1) => ({ key, n, windowMs: WINDOW });

/** What every Counters does. */
export function countersContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);

  describe(`counters on ${name}`, () => {
    it('count each by itself, in order, from the first hit on', async () => {
      const { counters } = storage();
      expect(await counters.hit([hit('a', 2), hit('b')], NOW)).toEqual([
        { count: 2, retryAfterMs: WINDOW },
        { count: 1, retryAfterMs: WINDOW },
      ]);
      expect(await counters.hit([hit('b'), hit('c'), hit('a')], NOW + 400)).toEqual([
        { count: 2, retryAfterMs: 600 },
        { count: 1, retryAfterMs: WINDOW },
        { count: 3, retryAfterMs: 600 },
      ]);
    });

    it('begin anew when the window is over', async () => {
      const { counters } = storage();
      await counters.hit([hit('a', 5)], NOW);
      expect(await counters.hit([hit('a', 0)], NOW + WINDOW - 1)).toEqual([{ count: 5, retryAfterMs: 1 }]);
      expect(await counters.hit([hit('a', 0)], NOW + WINDOW)).toEqual([{ count: 0, retryAfterMs: 0 }]);
      expect(await counters.hit([hit('a')], NOW + WINDOW)).toEqual([{ count: 1, retryAfterMs: WINDOW }]);
    });

    it('begin their window anew with a hit that renews, be it of nothing', async () => {
      const { counters } = storage();
      await counters.hit([hit('a')], NOW);
      await counters.hit([{ ...hit('a', 0), renews: true }], NOW + WINDOW - 1);
      expect(await counters.hit([hit('a', 0)], NOW + WINDOW)).toEqual([{ count: 1, retryAfterMs: WINDOW - 1 }]);
    });

    it('look without counting', async () => {
      const { counters } = storage();
      await counters.hit([hit('a')], NOW);
      const before = await storage().everything();
      expect(await counters.hit([hit('a', 0), hit('b', 0)], NOW)).toEqual([
        { count: 1, retryAfterMs: WINDOW },
        { count: 0, retryAfterMs: 0 },
      ]);
      expect(await storage().everything()).toEqual(before);
    });

    it('take back, never below nothing', async () => {
      const { counters } = storage();
      await counters.hit([hit('a', 3)], NOW);
      expect(await counters.hit([hit('a', -1)], NOW + 1)).toEqual([{ count: 2, retryAfterMs: WINDOW - 1 }]);
      expect(await counters.hit([hit('a', -5), hit('b', -1)], NOW + 1)).toEqual([
        { count: 0, retryAfterMs: 0 },
        { count: 0, retryAfterMs: 0 },
      ]);
    });

    it('do not believe a clock that ran ahead', async () => {
      const { counters } = storage();
      await counters.hit([hit('a', 9)], NOW + 86_400_000);
      expect(await counters.hit([hit('a', 0)], NOW)).toEqual([{ count: 0, retryAfterMs: 0 }]);
      expect(await counters.hit([hit('a')], NOW)).toEqual([{ count: 1, retryAfterMs: WINDOW }]);
    });

    it('forget what is over when something is counted', async () => {
      const { counters, knex } = storage();
      await counters.hit([hit('a'), hit('b')], NOW);
      await counters.hit([hit('c')], NOW + WINDOW);
      expect(await knex('counters').pluck('name')).toEqual(['c']);
    });

    it('lose no hit of those that come at once', async () => {
      const { counters } = storage();
      const counts = await Promise.all(Array.from({ length: 20 }, () => counters.hit([hit('a')], NOW)));
      expect(counts.map(([one]) => one?.count).sort((a = 0, b = 0) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    });
  });
}
