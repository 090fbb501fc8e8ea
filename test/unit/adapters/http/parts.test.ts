import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursors } from '../../../../src/adapters/inbound/http/page/cursor.ts';
import { eip55 } from '../../../../src/adapters/inbound/http/present/address.ts';
import { etag, versionsFromIfMatch } from '../../../../src/adapters/inbound/http/present/etag.ts';
import { transactionRate } from '../../../../src/adapters/inbound/http/transaction-rate.ts';
import { RecordingMetrics } from '../../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { ManualClock } from '../../../../src/adapters/outbound/system/manual-clock.ts';
import type { Address, TransactionId } from '../../../../src/domain/primitives.ts';

const ID = '00000000-0000-7000-8000-0000000000ff' as TransactionId;

describe('cursors', () => {
  const ours = cursors(Buffer.alloc(32, 1));
  const position = { createdAt: 1_750_000_000_123, id: ID };

  it('come back as they went, for their scope alone', () => {
    const cursor = ours.write(['list', { a: 1 }], position);
    expect(ours.read(['list', { a: 1 }], cursor)).toEqual(position);
    expect(ours.read(['list', { a: 2 }], cursor)).toBeNull();
    expect(cursors(Buffer.alloc(32, 2)).read(['list', { a: 1 }], cursor)).toBeNull();
  });

  it('are refused after any change', () => {
    const cursor = ours.write([], position);
    const digit = fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'));
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), digit, (at, other) => {
        const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
        expect(ours.read([], changed) === null).toBe(changed !== cursor);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(ours.read([], text)).toBeNull();
      }),
    );
  });
});

describe('the rate of transactions', () => {
  it('is never above the average, however the batches fall, and never waits longer than it says', () => {
    const step = fc.record({ n: fc.integer({ min: 1, max: 50 }), afterMs: fc.integer({ min: 0, max: 3_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const clock = new ManualClock();
        const rate = transactionRate(10, clock, new RecordingMetrics());
        let taken = 0;
        let passedMs = 0;
        for (const { n, afterMs } of steps) {
          clock.advance(afterMs);
          passedMs += afterMs;
          const result = rate.take('a', n);
          if (result.ok) taken += n;
          else {
            const waitMs = Math.ceil(result.retryAfterMs);
            clock.advance(waitMs);
            passedMs += waitMs;
            expect(rate.take('a', n).ok).toBe(true);
            taken += n;
          }
          // A bucket of one second, and the last batch may stand in debt.
          expect(taken).toBeLessThanOrEqual(10 + (passedMs / 1000) * 10 + 50);
        }
        expect(rate.take('b', 1).ok).toBe(true);
      }),
    );
  });

  it('0 is no limit', () => {
    const rate = transactionRate(0, new ManualClock(), new RecordingMetrics());
    expect(Array.from({ length: 100 }, () => rate.take('a', 1_000).ok)).not.toContain(false);
  });
});

describe('ETags', () => {
  it('name one version of one transaction', () => {
    expect(versionsFromIfMatch(etag(ID, 12), ID)).toEqual([12]);
    expect(versionsFromIfMatch(`${etag(ID, 2)}, W/${etag(ID, 3)},${etag(ID, 12)}`, ID)).toEqual([2, 12]);
    expect(versionsFromIfMatch(undefined, ID)).toBeNull();
    expect(versionsFromIfMatch(' * ', ID)).toBeNull();
    for (const header of ['', '"*"', `W/${etag(ID, 1)}`, etag('x' as TransactionId, 1), `"${ID}.-1"`, `"${ID}.1.5"`])
      expect(versionsFromIfMatch(header, ID)).toEqual([]);
  });
});

it('addresses are spelled as EIP-55 says, remembered or not', () => {
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 9_000; n++) eip55(`0x${n.toString(16).padStart(40, '0')}` as Address);
    // From the EIP itself.
    expect(eip55('0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed' as Address)).toBe(
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    );
  }
});
