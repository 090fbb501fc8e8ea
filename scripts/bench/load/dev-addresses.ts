import { createDevSigner } from '../../../src/adapters/outbound/signing/dev-signer.ts';
import type { Address } from '../../../src/domain/primitives.ts';

/** Of `dev:0` and the following ones. */
export const devAddresses = (count: number): Promise<readonly Address[]> =>
  Promise.all(Array.from({ length: count }, async (_, i) => (await createDevSigner(i)).address));
