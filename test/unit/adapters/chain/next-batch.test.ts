import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextBatch } from '../../../../src/adapters/outbound/chain/json-rpc/next-batch.ts';

it('keeps all in order, and each batch within both limits or of one item', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), (items, maxItems, maxSize) => {
      const seen: number[] = [];
      while (seen.length < items.length) {
        const batch = nextBatch(items, seen.length, { maxItems, maxSize, sizeOf: (size) => size });
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(maxItems);
        if (batch.length > 1) expect(batch.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxSize);
        seen.push(...batch);
      }
      expect(seen).toEqual(items);
      expect(nextBatch(items, items.length, { maxItems, maxSize, sizeOf: (size) => size })).toEqual([]);
    }),
  );
});
