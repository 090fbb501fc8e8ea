import { describe, expect, it } from 'vitest';
import { allocationCeiling, isSuspiciousJump, windowEnd } from '../../../../src/domain/nonce/window.ts';

describe('the window of nonces in flight', () => {
  it('begins at the chain’s next, so that the lowest is never kept out', () => {
    expect(windowEnd(10, 16)).toBe(26);
    expect(windowEnd(10, 1)).toBe(11);
  });
  it('lets signing run one window ahead of sending', () => {
    expect(allocationCeiling(10, 16)).toBe(42);
    expect(allocationCeiling(10, 16) - windowEnd(10, 16)).toBe(16);
  });
});

describe('a jump of the nonce count', () => {
  it.each([
    ['as many as may be in flight', 10, 26, true, false],
    ['one more', 10, 27, true, true],
    ['backwards, by a reorg', 10, 3, true, false],
    ['no change', 10, 10, true, false],
    ['of a signer without a record', 10, 900, false, false],
    ['of a signer never seen', null, 900, true, false],
  ] as const)('%s', (_, lastSeen, now, hasRecord, suspicious) => {
    expect(isSuspiciousJump(lastSeen, now, 16, hasRecord)).toBe(suspicious);
  });
});
