import type { Recoverable } from '../../adapters/outbound/codec/codec.ts';

/** How batches travel to and from the threads: as one run of bytes, since copying many small ones takes longer than what is computed on them. */
const DIGEST_BYTES = 32;
const COMPACT_BYTES = 64;
const RECOVERABLE_BYTES = DIGEST_BYTES + COMPACT_BYTES + 1;
/** Of a signature with its recovery id, and of a public key. */
export const RESULT_BYTES = 65;

export interface SignCall {
  readonly key: Uint8Array;
  readonly digests: Uint8Array;
}

export const packed = (items: readonly Uint8Array[]): Uint8Array => {
  const size = items[0]?.length ?? 0;
  const bytes = new Uint8Array(items.length * size);
  items.forEach((item, i) => {
    bytes.set(item, i * size);
  });
  return bytes;
};

export const unpacked = (bytes: Uint8Array, size: number): readonly Uint8Array[] =>
  Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

export const digestsOf = (bytes: Uint8Array): readonly Uint8Array[] => unpacked(bytes, DIGEST_BYTES);

export const packedRecoverables = (items: readonly Recoverable[]): Uint8Array => {
  const bytes = new Uint8Array(items.length * RECOVERABLE_BYTES);
  items.forEach(({ digest, compactSignature, recoveryId }, i) => {
    bytes.set(digest, i * RECOVERABLE_BYTES);
    bytes.set(compactSignature, i * RECOVERABLE_BYTES + DIGEST_BYTES);
    bytes[(i + 1) * RECOVERABLE_BYTES - 1] = recoveryId;
  });
  return bytes;
};

export const recoverablesOf = (bytes: Uint8Array): readonly Recoverable[] =>
  unpacked(bytes, RECOVERABLE_BYTES).map((one) => ({
    digest: one.subarray(0, DIGEST_BYTES),
    compactSignature: one.subarray(DIGEST_BYTES, DIGEST_BYTES + COMPACT_BYTES),
    recoveryId: one[RECOVERABLE_BYTES - 1] as 0 | 1,
  }));

/** A public key begins with 4, so that zeros say: none. */
export const packedKeys = (keys: readonly (Uint8Array | null)[]): Uint8Array =>
  packed(keys.map((key) => key ?? new Uint8Array(RESULT_BYTES)));

export const keysOf = (bytes: Uint8Array): readonly (Uint8Array | null)[] =>
  unpacked(bytes, RESULT_BYTES).map((key) => (key[0] === 0 ? null : key));
