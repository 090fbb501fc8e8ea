import { createRequire } from 'node:module';
import type * as Secp256k1 from 'secp256k1';
import { createCodec, type Codec, type Recoverable, type RecoverPublicKeys } from './codec.ts';
import { createKeccak256 } from './keccak.ts';

/**
 * The codec on libsecp256k1, or null where the addon does not load.
 * @param recover where the recoveries are made; default: here
 */
export async function createNativeCodec(recover = recoverNatively()): Promise<Codec | null> {
  return recover === null ? null : createCodec('native', await createKeccak256(), recover);
}

/**
 * Null where the addon does not load. The package's main entry would turn to slow JavaScript without a word (it is prebuilt for linux-x64,
 * darwin-arm64 and win32-x64 only), so the addon is asked for by its own name.
 */
export function recoverNatively(): RecoverPublicKeys | null {
  const secp256k1 = loadAddon();
  if (secp256k1 === null) return null;
  const one = ({ digest, compactSignature, recoveryId }: Recoverable): Uint8Array | null => {
    try {
      return secp256k1.ecdsaRecover(compactSignature, recoveryId, digest, false);
    } catch {
      return null;
    }
  };
  return async (items) => items.map(one);
}

function loadAddon(): typeof Secp256k1 | null {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings') as typeof Secp256k1;
  } catch {
    return null;
  }
}
