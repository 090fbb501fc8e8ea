import { createCipheriv, createDecipheriv } from 'node:crypto';
import { RandomPool } from './random-pool.ts';

/** What GCM takes as it is (NIST SP 800-38D). */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/**
 * Random IVs for one key. With at most 2^30 of them two are equal with a chance of 2^-37 (NIST SP 800-38D allows 2^-32).
 */
export const randomIvs = (): RandomPool => new RandomPool(IV_BYTES);

/** `header` as it is, then IV (12) | ciphertext | tag (16). */
export function encrypt(
  key: Uint8Array,
  ivs: RandomPool,
  header: Uint8Array,
  plain: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  const iv = ivs.take();
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
  const ciphertext = cipher.update(plain);
  cipher.final(); // GCM holds nothing back: this only completes the tag
  return Buffer.concat([header, iv, ciphertext, cipher.getAuthTag()]);
}

/** What `encrypt` made, after a header of `headerBytes`; null where key, bytes or AAD are not the same. */
export function decrypt(key: Uint8Array, headerBytes: number, sealed: Uint8Array, aad: Uint8Array): Uint8Array | null {
  const begin = headerBytes + IV_BYTES;
  const end = sealed.length - TAG_BYTES;
  if (end < begin) return null;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(headerBytes, begin), { authTagLength: TAG_BYTES });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(begin, end));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain;
}
