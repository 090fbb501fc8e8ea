import { describe, expect, it } from 'vitest';
import {
  allocationCeiling,
  isSuspiciousFall,
  isSuspiciousJump,
  windowEnd,
} from '../../../../src/domain/nonce/window.ts';

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
    ['as many as may be in flight', 10, 26, 0, true, false],
    ['one more', 10, 27, 0, true, true],
    ['one more, and it is ours', 10, 27, 1, true, false],
    ['one more than that', 10, 28, 1, true, true],
    ['backwards, by a reorg', 10, 3, 0, true, false],
    ['no change', 10, 10, 0, true, false],
    ['of a signer without a record', 10, 900, 0, false, false],
    ['of a signer never seen', null, 900, 0, true, false],
  ] as const)('%s', (_, lastSeen, now, own, hasRecord, suspicious) => {
    expect(isSuspiciousJump(lastSeen, now, own, 16, hasRecord)).toBe(suspicious);
  });
});

it.each([
  [5_000, 5_000 - 2_000 - 64, true, false],
  [5_000, 5_000 - 2_000 - 65, true, true],
  [5_000, 0, false, false],
  [null, 0, true, false],
])('a count that was %s and is %s now (record: %s) is suspicious: %s', (lastSeen, now, hasRecord, suspicious) => {
  expect(isSuspiciousFall(lastSeen, now, 1_000, 2, hasRecord)).toBe(suspicious);
});
