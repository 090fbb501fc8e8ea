import { createDecipheriv, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { keccak, scrypt } from 'hash-wasm';
import { keystoreFile, type KeystoreFile } from './keystore-file.ts';

/** The keystore does not give its key; the message says why, without anything of it. */
export class KeystoreError extends Error {
  override readonly name = 'KeystoreError';
}

const deriveByPbkdf2 = promisify(pbkdf2);

/**
 * The private key in a "Web3 Secret Storage" file of version 3. From the parts at hand, since web3-eth-accounts, which can do it too, has seen
 * its final release.
 * @throws KeystoreError
 */
export async function decryptKeystore(text: string, passphrase: string): Promise<Uint8Array> {
  const { crypto } = parse(text);
  const derived = await derive(crypto, passphrase);
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex');
  // The file's MAC is keccak256 over the derived key's second half and the ciphertext: it tells a wrong passphrase.
  const mac = Buffer.from(await keccak(Buffer.concat([derived.subarray(16, 32), ciphertext]), 256), 'hex');
  if (!timingSafeEqual(mac, Buffer.from(crypto.mac, 'hex')))
    throw new KeystoreError('the passphrase is wrong, or the file was changed');
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.from(crypto.cipherparams.iv, 'hex'));
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

function parse(text: string): KeystoreFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new KeystoreError('not JSON');
  }
  const file = keystoreFile.safeParse(json);
  if (file.success) return file.data;
  const fields = file.error.issues.map((issue) => issue.path.join('.') || 'the file');
  throw new KeystoreError(`not a V3 keystore: ${[...new Set(fields)].join(', ')}`);
}

async function derive({ kdf, kdfparams }: KeystoreFile['crypto'], passphrase: string): Promise<Buffer> {
  const salt = Buffer.from(kdfparams.salt, 'hex');
  switch (kdf) {
    case 'pbkdf2':
      return deriveByPbkdf2(passphrase, salt, kdfparams.c, kdfparams.dklen, 'sha256');
    case 'scrypt': {
      const { n, r, p, dklen } = kdfparams;
      // Not by Node: OpenSSL refuses n >= 2^16 with r = 1, which wallets do write (so does the definition's own test vector).
      const cost = { costFactor: n, blockSize: r, parallelism: p, hashLength: dklen };
      return Buffer.from(await scrypt({ password: passphrase, salt, ...cost, outputType: 'binary' }));
    }
  }
}
