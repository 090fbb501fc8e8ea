import { secp256k1 } from '@noble/curves/secp256k1';
import { createCodec, type Codec, type Recoverable, type RecoverPublicKeys } from './codec.ts';
import { createKeccak256 } from './keccak.ts';

/**
 * The codec without native code: for Lambda bundles and for platforms that the addon is not built for.
 * @param recover where the recoveries are made; default: here
 */
export async function createPortableCodec(recover = recoverPortably): Promise<Codec> {
  return createCodec('portable', await createKeccak256(), recover);
}

export const recoverPortably: RecoverPublicKeys = async (items) => items.map(recoverOne);

function recoverOne({ digest, compactSignature, recoveryId }: Recoverable): Uint8Array | null {
  try {
    const signature = secp256k1.Signature.fromCompact(compactSignature).addRecoveryBit(recoveryId);
    return signature.recoverPublicKey(digest).toRawBytes(false);
  } catch {
    return null;
  }
}
