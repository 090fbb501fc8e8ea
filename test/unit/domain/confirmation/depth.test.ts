import { describe, expect, it } from 'vitest';
import { blocksKept, finalNumber } from '../../../../src/domain/confirmation/depth.ts';

describe('depth', () => {
  it.each([
    [100, 1, 100],
    [100, 2, 99],
    [100, 12, 89],
    [5, 12, -6],
  ])('cursor at %i, %i confirmations: final up to %i, since the including block counts as 1', (cursor, depth, upTo) => {
    expect(finalNumber(cursor, depth)).toBe(upTo);
  });
  it.each([
    [1, 64],
    [16, 64],
    [17, 68],
    [64, 256],
  ])('%i confirmations: %i blocks are kept to step back on', (confirmations, blocks) => {
    expect(blocksKept(confirmations)).toBe(blocks);
  });
});
