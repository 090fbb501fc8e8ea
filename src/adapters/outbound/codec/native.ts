import { createRequire } from 'node:module';
import type * as Secp256k1 from 'secp256k1';
import { createCodec, type Codec, type RecoverPublicKey } from './codec.ts';
import { createKeccak256 } from './keccak.ts';

/**
 * The codec on libsecp256k1, or null where the addon does not load. The package's main entry would turn to slow JavaScript without a word
 * (it is prebuilt for linux-x64, darwin-arm64 and win32-x64 only), so the addon is asked for by its own name.
 */
export async function createNativeCodec(): Promise<Codec | null> {
  const secp256k1 = loadAddon();
  if (secp256k1 === null) return null;
  const recoverPublicKey: RecoverPublicKey = (digest, compactSignature, recoveryId) => {
    try {
      return secp256k1.ecdsaRecover(compactSignature, recoveryId, digest, false);
    } catch {
      return null;
    }
  };
  return createCodec('native', await createKeccak256(), recoverPublicKey);
}

function loadAddon(): typeof Secp256k1 | null {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings') as typeof Secp256k1;
  } catch {
    return null;
  }
}
