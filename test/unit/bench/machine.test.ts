import { describe, expect, it } from 'vitest';
import { isBusy } from '../../../scripts/bench/machine.ts';

describe('a machine before a benchmark', () => {
  it('is busy where others used more than half of its cores', () => {
    expect(isBusy(1, 2)).toBe(false);
    expect(isBusy(1.01, 2)).toBe(true);
  });
});
