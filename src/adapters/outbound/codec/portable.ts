import { secp256k1 } from '@noble/curves/secp256k1';
import { createCodec, type Codec, type RecoverPublicKey } from './codec.ts';
import { createKeccak256 } from './keccak.ts';

/** The codec without native code: for Lambda bundles and for platforms that the addon is not built for. */
export async function createPortableCodec(): Promise<Codec> {
  return createCodec('portable', await createKeccak256(), recoverPublicKey);
}

const recoverPublicKey: RecoverPublicKey = (digest, compactSignature, recoveryId) => {
  try {
    const signature = secp256k1.Signature.fromCompact(compactSignature).addRecoveryBit(recoveryId);
    return signature.recoverPublicKey(digest).toRawBytes(false);
  } catch {
    return null;
  }
};
