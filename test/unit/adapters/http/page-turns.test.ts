import { describe, expect, it } from 'vitest';
import { PageTurns } from '../../../../src/adapters/inbound/http/events/page-turns.ts';

const PAGE = 200;

/** A feed that grows with each page that is read of it, and readers that follow it to its end. */
function growing(perPage: number) {
  const turns = new PageTurns();
  const feed = { end: 10_000, pages: 0 };
  const page = async (from: number): Promise<number> => {
    feed.pages += 1;
    feed.end += perPage;
    return Math.min(from + PAGE, feed.end);
  };
  /** Says after how many pages, of all readers, it was at the end. */
  const follow = async (from: number, mostPages = Infinity): Promise<number> => {
    for (let position = from; feed.pages < mostPages;) {
      position = await turns.read(position, () => page(position));
      if (position === feed.end) return feed.pages;
    }
    return Infinity;
  };
  return { turns, feed, follow };
}

describe('readers that catch up', () => {
  it('get to the end one after the other where all together could not follow', async () => {
    // By turns, thirty would get on by 200 events each while the feed grows by 300.
    const { follow } = growing(10);
    const all = await Promise.all(Array.from({ length: 30 }, () => follow(0, 10_000)));
    expect(Math.max(...all)).toBeLessThan(10_000);
  });

  it('do not wait for who has far more to read', async () => {
    const { follow } = growing(0);
    const far = Array.from({ length: 30 }, () => follow(0));
    expect(await follow(9_500)).toBeLessThan(10);
    await Promise.all(far);
  });

  it('are not kept waiting by ever new ones that have less to read', async () => {
    const { feed, follow } = growing(0);
    let isThere = false;
    const newcomers = async (): Promise<void> => {
      while (!isThere) await follow(9_000);
    };
    const crowd = Array.from({ length: 10 }, newcomers);
    await follow(0);
    expect(feed.pages).toBeLessThan(100 * (10_000 / PAGE));
    isThere = true;
    await Promise.all(crowd);
  });

  it('leave the event loop a turn before each page', async () => {
    const { turns } = growing(0);
    let loops = 0;
    let isOver = false;
    const count = (): void => {
      loops += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const at: number[] = [];
    await Promise.all([1, 2, 3].map((one) => turns.read(one, async () => at.push(loops))));
    isOver = true;
    expect(new Set(at).size).toBe(3);
  });

  it('keep what went wrong with a page to its reader', async () => {
    const { turns } = growing(0);
    const broken = turns.read(1, () => Promise.reject(new Error('away')));
    const other = turns.read(2, async () => 'read');
    await expect(broken).rejects.toThrow('away');
    expect(await other).toBe('read');
  });
});
