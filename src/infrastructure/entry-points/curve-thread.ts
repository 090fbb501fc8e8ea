import { chooseRecovery } from '../../adapters/outbound/codec/choose.ts';
import { signHere } from '../../adapters/outbound/signing/sign-digests.ts';
import { digestsOf, packed, packedKeys, recoverablesOf, type SignCall } from '../threads/curve-calls.ts';
import { serveCalls } from '../threads/serve-calls.ts';

const recover = chooseRecovery();

serveCalls({
  sign: async ({ key, digests }: SignCall) => packed(await signHere(key, digestsOf(digests))),
  recover: async (items: Uint8Array) => packedKeys(await recover(recoverablesOf(items))),
});
