import { keccak } from 'hash-wasm';
import secp256k1 from 'secp256k1';
import type { Signer, SignOutcome } from '../../../application/ports/signer.ts';
import type { Address } from '../../../domain/primitives.ts';
import { signHere } from './sign-digests.ts';

/**
 * Signs with a private key in this process's memory.
 * @param privateKey 32 bytes; copied, so that the caller may wipe its own
 * @param signDigests where the signatures are made; default: here
 * @throws Error, without the key, where it is none of the curve's
 */
export async function createLocalKeySigner(
  privateKey: Uint8Array,
  label: string,
  signDigests = signHere,
): Promise<Signer> {
  // Copied outside of Buffer's shared pool, and closed over: no property of the signer shows it to a log or an inspector.
  const key = new Uint8Array(privateKey);
  if (key.length !== 32 || !secp256k1.privateKeyVerify(key))
    throw new Error(`${label}: not a private key of secp256k1`);
  const publicKey = secp256k1.publicKeyCreate(key, false);
  const address = `0x${(await keccak(publicKey.subarray(1), 256)).slice(-40)}` as Address;
  const sign = async (digests: readonly Uint8Array[]): Promise<readonly SignOutcome[]> => {
    const signatures = await signDigests(key, digests.filter(isDigest));
    let at = 0;
    return digests.map((digest) =>
      isDigest(digest) ? { kind: 'signed', signature: signatures[at++] as Uint8Array } : unusable(digest),
    );
  };
  return { address, label, sign };
}

const isDigest = (digest: Uint8Array): boolean => digest.length === 32;

const unusable = (digest: Uint8Array): SignOutcome => ({
  kind: 'failed',
  reason: 'unusable',
  message: `a digest of ${digest.length} bytes`,
});
