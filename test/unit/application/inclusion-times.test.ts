import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acceptedAt } from '../../../src/application/figures/accepted-at.ts';
import { bucketOf, INCLUSION_BUCKETS_MS, quantileMs } from '../../../src/application/figures/inclusion-times.ts';
import { RANDOM_BYTES, UuidV7Ids } from '../../../src/adapters/outbound/system/uuid-v7-ids.ts';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { SeededRandom } from '../../../src/adapters/outbound/system/seeded-random.ts';
import type { TransactionId } from '../../../src/domain/primitives.ts';
import { NOW } from '../../support/transactions.ts';

it('reads the moment of acceptance off an id', () => {
  const ids = new UuidV7Ids(new ManualClock(NOW), new SeededRandom(1), () => randomBytes(RANDOM_BYTES));
  expect(acceptedAt(ids.next() as TransactionId)).toBe(NOW);
});

it('finds the first bucket that a time is within', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat({ max: 4_000_000 }), fc.constantFrom(...INCLUSION_BUCKETS_MS)), (ms) => {
      const first = INCLUSION_BUCKETS_MS.findIndex((bound) => ms <= bound);
      expect(bucketOf(ms)).toBe(first < 0 ? INCLUSION_BUCKETS_MS.length : first);
    }),
  );
});

it('estimates a quantile no worse than its bucket is wide', () => {
  const times = fc.array(fc.nat({ max: 3_600_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.95), (all, share) => {
      const counts = Array.from({ length: INCLUSION_BUCKETS_MS.length + 1 }, () => 0);
      for (const ms of all) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
      const exact = [...all].sort((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
      expect(bucketOf(quantileMs(counts, share) ?? -1)).toBe(bucketOf(exact));
    }),
  );
});

it('knows nothing of nothing, and of what took longer than the last bound no more than that', () => {
  expect(quantileMs([], 0.5)).toBeNull();
  const counts = INCLUSION_BUCKETS_MS.map(() => 0);
  expect(quantileMs([...counts, 3], 0.5)).toBe(3_600_000);
});
