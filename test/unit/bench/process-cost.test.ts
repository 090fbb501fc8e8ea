import { describe, expect, it } from 'vitest';
import { residentMib, ticksOf } from '../../../scripts/bench/service/process-cost.ts';

describe('what a process costs, as Linux tells it', () => {
  it('adds user and system time, whatever the program is called', () => {
    const stat = '42 (a) (b 1 2) S 1 42 42 0 -1 4194560 100 0 0 0 70 30 5 6 20 0 11 0 99 1000 200';
    expect(ticksOf(stat)).toBe(100);
  });

  it('reads resident memory', () => {
    expect(residentMib('VmPeak:\t  9999 kB\nVmRSS:\t    2048 kB\nRssAnon:\t 1 kB\n')).toBe(2);
    expect(() => residentMib('Name:\tnode\n')).toThrow('no resident memory');
  });
});
