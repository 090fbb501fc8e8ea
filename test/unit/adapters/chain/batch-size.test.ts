import { expect, it } from 'vitest';
import { BatchSize } from '../../../../src/adapters/outbound/chain/json-rpc/batch-size.ts';

/** Full batches to a node that answers those of at most `limit` in time. @returns their sizes */
function batches(size: BatchSize, count: number, limit: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const { items } = size;
    if (items <= limit) size.answered(items);
    else size.unanswered(items);
    return items;
  });
}

it('stays at the most while all is answered', () => {
  expect(batches(new BatchSize(100), 3, 100)).toEqual([100, 100, 100]);
});

it('halves until a batch is answered, then tries more one by one', () => {
  expect(batches(new BatchSize(100), 12, 13)).toEqual([100, 50, 25, 12, 24, 12, 13, 14, 7, 8, 9, 10]);
});

it.each([1, 2, 3, 7, 30, 99])('has few batches without an answer on a node that takes %i in time', (limit) => {
  const size = new BatchSize(100);
  batches(size, 10, limit);
  const unanswered = batches(size, 100, limit).filter((items) => items > limit);
  expect(unanswered.length).toBeLessThanOrEqual(limit < 4 ? 50 : 25);
});

it('is down to one on a node that is away, and soon back at the most when it answers again', () => {
  const size = new BatchSize(100);
  expect(batches(size, 8, 0)).toEqual([100, 50, 25, 12, 6, 3, 1, 1]);
  expect(batches(size, 9, 100)).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 100]);
});

it('takes batches that went out side by side for one sign', () => {
  const size = new BatchSize(100);
  for (let i = 0; i < 4; i++) size.unanswered(100);
  expect(size.items).toBe(50);
  size.answered(50);
  expect(size.items).toBe(100);
});

it('learns nothing of large batches from small ones that were answered, and something from small ones that were not', () => {
  const size = new BatchSize(100);
  size.unanswered(100);
  size.answered(3);
  expect(size.items).toBe(50);
  size.unanswered(8);
  expect(size.items).toBe(4);
});
