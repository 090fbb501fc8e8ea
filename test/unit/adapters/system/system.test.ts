import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { CountingIds } from '../../../../src/adapters/outbound/system/counting-ids.ts';
import { ManualClock } from '../../../../src/adapters/outbound/system/manual-clock.ts';
import { SeededRandom } from '../../../../src/adapters/outbound/system/seeded-random.ts';
import { systemClock } from '../../../../src/adapters/outbound/system/system-clock.ts';
import { systemRandom } from '../../../../src/adapters/outbound/system/system-random.ts';
import { systemTimers } from '../../../../src/adapters/outbound/system/system-timers.ts';
import { RANDOM_BYTES, UuidV7Ids } from '../../../../src/adapters/outbound/system/uuid-v7-ids.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const millisOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
const take = (count: number, next: () => string) => Array.from({ length: count }, next);

describe('UUIDv7 ids', () => {
  const NOW = Date.UTC(2026, 5, 1);

  test('are of the form and hold the time', () => {
    const [id = ''] = take(1, new UuidV7IdsAt(NOW).next);
    expect(id).toMatch(UUID_V7);
    expect(millisOf(id)).toBe(NOW);
  });

  test('ascend strictly within a millisecond, over many, and when the clock is set back', () => {
    const clock = new ManualClock(NOW);
    const ids = new UuidV7Ids(clock, systemRandom, () => randomBytes(RANDOM_BYTES));
    const made = take(5000, () => ids.next());
    clock.advance(1);
    made.push(...take(100, () => ids.next()));
    clock.jumpTo(NOW - 3_600_000);
    made.push(...take(100, () => ids.next()));
    clock.jumpTo(NOW + 10);
    made.push(...take(100, () => ids.next()));
    expect(made).toEqual([...made].sort());
    expect(new Set(made).size).toBe(made.length);
    expect(millisOf(made.at(-1) ?? '')).toBe(NOW + 10);
  });

  test('differ between processes that share a millisecond', () => {
    const [one, other] = [new UuidV7IdsAt(NOW), new UuidV7IdsAt(NOW)];
    const both = [...take(1000, one.next), ...take(1000, other.next)];
    expect(new Set(both).size).toBe(2000);
  });
});

class UuidV7IdsAt {
  readonly next: () => string;
  constructor(now: number) {
    const ids = new UuidV7Ids(new ManualClock(now), systemRandom, () => randomBytes(RANDOM_BYTES));
    this.next = () => ids.next();
  }
}

describe('the manual clock', () => {
  test('fires what is due, in order, each at its time, and what that sets up', () => {
    const clock = new ManualClock(1000);
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, clock.now()]);
    clock.after(30, note('b'));
    clock.after(10, () => {
      note('a')();
      clock.after(5, note('a+5'));
    });
    clock.after(31, note('late'));
    clock.after(20, note('called off'))();
    clock.advance(30);
    expect(fired).toEqual([
      ['a', 1010],
      ['a+5', 1015],
      ['b', 1030],
    ]);
    expect(clock.now()).toBe(1030);
    expect(clock.pending).toBe(1);
  });

  test('set to another time, lets none of it pass', () => {
    const clock = new ManualClock(1000);
    const run = vi.fn();
    clock.after(10, run);
    clock.jumpTo(99_000);
    expect(clock.now()).toBe(99_000);
    expect(run).not.toHaveBeenCalled();
    clock.advance(10);
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('the other fakes', () => {
  test('counting ids have the form of real ones and ascend', () => {
    const ids = new CountingIds();
    const made = take(300, () => ids.next());
    for (const id of made) expect(id).toMatch(UUID_V7);
    expect(made).toEqual([...made].sort());
  });

  test('seeded numbers repeat, lie in [0, 1) and are spread', () => {
    const [one, other] = [new SeededRandom(7), new SeededRandom(7)];
    const numbers = Array.from({ length: 10_000 }, () => one.next());
    expect(numbers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => other.next()));
    expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true);
    expect(numbers.reduce((sum, n) => sum + n, 0) / numbers.length).toBeCloseTo(0.5, 1);
    expect(new SeededRandom(8).next()).not.toBe(numbers[0]);
  });
});

describe('the system’s own', () => {
  test('clock tells the time', () => {
    vi.useFakeTimers({ now: 123_456 });
    expect(systemClock.now()).toBe(123_456);
    vi.useRealTimers();
  });

  test('timers run once, unless called off, and a very long delay is not none', () => {
    vi.useFakeTimers();
    const [run, never, far] = [vi.fn(), vi.fn(), vi.fn()];
    systemTimers.after(100, run);
    systemTimers.after(100, never)();
    systemTimers.after(2 ** 40, far);
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(run).toHaveBeenCalledOnce();
    expect(never).not.toHaveBeenCalled();
    expect(far).not.toHaveBeenCalled();
  });
});
