import { z } from 'zod';

const hex = (bytes?: number): z.ZodType<string> =>
  z.string().regex(bytes === undefined ? /^(?:[0-9a-f]{2})+$/i : new RegExp(`^[0-9a-f]{${String(bytes * 2)}}$`, 'i'));

const MAX_SCRYPT_BYTES = 1024 * 1024 * 1024;

const cipherFields = {
  cipher: z.literal('aes-128-ctr'),
  cipherparams: z.object({ iv: hex(16) }),
  ciphertext: hex(32),
  mac: hex(32),
};

/** "Web3 Secret Storage Definition", version 3: the fields that opening needs. Writers differ in the case of `crypto`. */
export const keystoreFile = z.preprocess(
  lowerCaseCrypto,
  z.object({
    version: z.literal(3),
    crypto: z.discriminatedUnion('kdf', [
      z.object({
        ...cipherFields,
        kdf: z.literal('pbkdf2'),
        kdfparams: z.object({
          c: z.int().min(1).max(10_000_000),
          dklen: z.int().min(32).max(64),
          prf: z.literal('hmac-sha256'),
          salt: hex(),
        }),
      }),
      z.object({
        ...cipherFields,
        kdf: z.literal('scrypt'),
        kdfparams: z
          .object({
            n: z.int().min(2),
            r: z.int().min(1),
            p: z.int().min(1).max(64),
            dklen: z.int().min(32).max(64),
            salt: hex(),
          })
          .refine(({ n }) => Number.isInteger(Math.log2(n)))
          .refine(({ n, r }) => 128 * n * r <= MAX_SCRYPT_BYTES),
      }),
    ]),
  }),
);

export type KeystoreFile = z.infer<typeof keystoreFile>;

function lowerCaseCrypto(file: unknown): unknown {
  if (typeof file !== 'object' || file === null || !('Crypto' in file)) return file;
  return { crypto: file.Crypto, ...file };
}
