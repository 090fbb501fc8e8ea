import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignNonces, holesOf, type NonceSeeker } from '../../../../src/domain/nonce/assign.ts';

const fresh = (...ids: string[]): NonceSeeker<string>[] => ids.map((id) => ({ id, liveNonce: null }));
const live = (id: string, liveNonce: number): NonceSeeker<string> => ({ id, liveNonce });
const held = (...nonces: number[]): ReadonlySet<number> => new Set(nonces);

describe('who gets a free nonce', () => {
  it.each([
    ['new ones from the chain’s next on', 5, held(), fresh('a', 'b'), 99, { a: 5, b: 6 }, []],
    ['above what is held', 5, held(5, 6), fresh('a'), 99, { a: 7 }, []],
    ['holes first, the lowest to the first', 5, held(6, 9), fresh('a', 'b'), 99, { a: 5, b: 7 }, [8]],
    ['what is left of the holes goes to fillers', 0, held(3), fresh('a'), 99, { a: 0 }, [1, 2]],
    ['fillers alone where nobody is due', 2, held(4), fresh(), 99, {}, [2, 3]],
    ['holes below the chain’s next are none', 5, held(1, 3), fresh('a'), 99, { a: 5 }, []],
    [
      'its own nonce to a row with live bytes',
      0,
      held(),
      [live('a', 2), ...fresh('b', 'c')],
      99,
      { a: 2, b: 0, c: 1 },
      [],
    ],
    ['its own nonce also behind the fresh ones', 0, held(), [...fresh('b'), live('a', 1)], 99, { a: 1, b: 0 }, []],
    ['the holes below a live one are healed at once', 0, held(), [live('a', 2)], 99, { a: 2 }, [0, 1]],
  ] as const)('%s', (_, next, holds, due, ceiling, given, fillers) => {
    const assignment = assignNonces(next, holds, due, ceiling);
    expect(Object.fromEntries(assignment.given)).toEqual(given);
    expect(assignment).toMatchObject({ fillers, waiting: [] });
  });

  it.each([
    ['is held by another', 0, held(2)],
    ['is used', 3, held()],
  ])('a row with live bytes waits where its nonce %s, and takes no other', (_, next, holds) => {
    const { given, waiting } = assignNonces(next, holds, [live('a', 2)], 99);
    expect(given.size).toBe(0);
    expect(waiting).toEqual(['a']);
  });

  it('of two rows with live bytes at one nonce the first gets it', () => {
    const { given, waiting } = assignNonces(0, held(), [live('a', 0), live('b', 0)], 99);
    expect([[...given], waiting]).toEqual([[['a', 0]], ['b']]);
  });

  it('new nonces end at the ceiling, which holes and live bytes may be above', () => {
    const { given } = assignNonces(0, held(4), [...fresh('a', 'b', 'c', 'd', 'e'), live('f', 6)], 5);
    expect(Object.fromEntries(given)).toEqual({ f: 6, a: 0, b: 1, c: 2, d: 3, e: 5 });
    const full = assignNonces(0, held(), fresh('a', 'b', 'c'), 2);
    expect([[...full.given.keys()], full.fillers, full.waiting]).toEqual([['a', 'b'], [], []]);
  });
});

const world = fc.record({
  next: fc.integer({ min: 0, max: 8 }),
  held: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }),
  lives: fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { nil: null, freq: 2 }), { maxLength: 10 }),
  window: fc.integer({ min: 0, max: 16 }),
});

describe('any assignment', () => {
  it('keeps the rules', () => {
    fc.assert(
      fc.property(world, ({ next, held: holds, lives, window }) => {
        const due = lives.map((liveNonce, id) => ({ id, liveNonce }));
        const ceiling = next + window;
        const { given, fillers, waiting } = assignNonces(next, new Set(holds), due, ceiling);
        const aboveCeiling = due.map(({ id }) => id).filter((id) => !given.has(id) && !waiting.includes(id));
        const used = [...holds.filter((nonce) => nonce >= next), ...given.values(), ...fillers];

        // Nobody is in two places.
        for (const id of waiting) expect(given.has(id)).toBe(false);
        // One holder a nonce, none below the chain's next, and no hole is left below the highest.
        expect(new Set(used).size).toBe(used.length);
        expect(used.sort((a, b) => a - b)).toEqual(used.map((_, place) => next + place));
        // Live bytes: their nonce or none; none only where it is used, or somebody else has it.
        for (const { id, liveNonce } of due) {
          if (liveNonce === null) {
            expect(waiting).not.toContain(id);
            continue;
          }
          expect([liveNonce, undefined]).toContain(given.get(id));
          const free = liveNonce >= next && !holds.includes(liveNonce);
          const taker = due.find((other) => given.get(other.id) === liveNonce);
          if (!given.has(id) && free) expect(taker?.liveNonce).toBe(liveNonce);
          expect(aboveCeiling).not.toContain(id);
        }
        // The others in their order: whoever comes first has the lower nonce, and who has none comes after all who have one.
        const order = due.filter(({ liveNonce }) => liveNonce === null).map(({ id }) => given.get(id) ?? Infinity);
        expect(order).toEqual([...order].sort((a, b) => a - b));
        // No filler where a due row could have taken the hole; no new nonce at or above the ceiling.
        if (fillers.length > 0) expect(aboveCeiling).toEqual([]);
        for (const hole of fillers) for (const nonce of order) if (nonce !== Infinity) expect(nonce).toBeLessThan(hole);
        const top = Math.max(
          next - 1,
          ...holds,
          ...due.flatMap((row) => (row.liveNonce !== null ? (given.get(row.id) ?? []) : [])),
        );
        for (const nonce of order) if (nonce !== Infinity && nonce > top) expect(nonce).toBeLessThan(ceiling);
        if (aboveCeiling.length > 0) expect(Math.max(next - 1, ...used)).toBeGreaterThanOrEqual(ceiling - 1);
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });

  it('gives the same again to nobody: what it gave is held', () => {
    fc.assert(
      fc.property(world, ({ next, held: holds, lives, window }) => {
        const due = lives.map((liveNonce, id) => ({ id, liveNonce }));
        const first = assignNonces(next, new Set(holds), due, next + window);
        const then = [...holds, ...first.given.values(), ...first.fillers];
        expect(holesOf(next, then)).toEqual([]);
        const second = assignNonces(next, new Set(then), [{ id: -1, liveNonce: null }], Infinity);
        expect(then).not.toContain(second.given.get(-1));
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});

describe('holesOf', () => {
  it.each([
    [0, [], []],
    [3, [5, 7], [3, 4, 6]],
    [3, [1], []],
    [3, [3, 4], []],
  ])('from %i on, held %o: %o', (next, holds, holes) => {
    expect(holesOf(next, holds)).toEqual(holes);
  });
});

describe('a gap of billions, which one wrong count leaves', () => {
  it('is not listed whole', () => {
    expect(holesOf(0, [2 ** 32]).length).toBe(10_000);
    expect(assignNonces(0, new Set([2 ** 32]), [{ id: 'a', liveNonce: null }], 2_000).given).toEqual(
      new Map([['a', 0]]),
    );
  });
});
