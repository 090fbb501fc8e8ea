import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inBatches } from '../../../../src/adapters/outbound/chain/json-rpc/in-batches.ts';

it('keeps all in order, and each batch within both limits or of one item', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), (items, maxItems, maxSize) => {
      const batches = inBatches(items, maxItems, maxSize, (size) => size);
      expect(batches.flat()).toEqual(items);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(maxItems);
        if (batch.length > 1) expect(batch.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxSize);
      }
    }),
  );
});
