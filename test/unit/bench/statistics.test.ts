import { describe, expect, it } from 'vitest';
import { median, quantile, spread } from '../../../scripts/bench/statistics.ts';

describe('statistics of the benchmarks', () => {
  it('takes the middle, or half-way between the two middle ones', () => {
    expect(median([30, 1, 2])).toBe(2);
    expect(median([40, 1, 2, 3])).toBe(2.5);
  });

  it('takes a value that was measured for a quantile', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(quantile(values, 0.5)).toBe(100);
    expect(quantile(values, 0.99)).toBe(198);
    expect(quantile(values, 1)).toBe(200);
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('gives least and most beside the median', () => {
    expect(spread([0.2, 0.1, 0.9])).toEqual({ median: 0.2, least: 0.1, most: 0.9 });
  });

  it('makes no figure of nothing', () => {
    expect(() => median([])).toThrow('nothing was measured');
  });
});
