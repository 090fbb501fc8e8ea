import fc from 'fast-check';
import type { Settings } from './settings.ts';

export const anySettings: fc.Arbitrary<Settings> = fc.record({
  seed: fc.nat(2 ** 31),
  confirmations: fc.constantFrom(1, 2, 3, 5, 5),
  maxInFlight: fc.constantFrom(1, 2, 3, 8, 8),
  batch: fc.constantFrom(2, 3, 250),
  maxRetries: fc.constantFrom(3, 16),
  usedBefore: fc.constantFrom(0, 3),
  endpointTwoApart: fc.boolean(),
  eip1559: fc.constantFrom(true, true, true, false),
  ceilingWei: fc.constantFrom(null, null, 4_000_000_000n),
});
