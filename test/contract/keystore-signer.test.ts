import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeystoreSigner } from '../../src/adapters/outbound/signing/keystore-signer.ts';
import { decryptKeystore, KeystoreError } from '../../src/adapters/outbound/signing/keystore-v3.ts';
import type { Signer } from '../../src/application/ports/signer.ts';
import { ADDRESS, PASSPHRASE, PBKDF2, PRIVATE_KEY, SCRYPT } from './keystore-vectors.ts';
import { signerSuite } from './suites/signer.ts';

let folder: string;
let path: string;
let signer: Signer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keystore-'));
  path = join(folder, 'key.json');
  await writeFile(path, JSON.stringify(SCRYPT));
  signer = await createKeystoreSigner(path, PASSPHRASE);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a keystore signer', () => {
  signerSuite(async () => signer, { runs: 10 });

  it('is the account in the file', () => {
    expect(signer.address).toBe(ADDRESS);
    expect(signer.label).toBe(`keystore:${path}`);
  });

  it('names the file that does not exist', async () => {
    const missing = join(folder, 'missing.json');
    await expect(createKeystoreSigner(missing, PASSPHRASE)).rejects.toThrow(
      `keystore:${missing}: cannot be read (ENOENT)`,
    );
  });

  it('names the file whose passphrase is wrong, and neither passphrase nor content', async () => {
    const error: unknown = await createKeystoreSigner(path, 'not-the-passphrase').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KeystoreError);
    expect(inspect(error)).toContain(`keystore:${path}: the passphrase is wrong`);
    expect(inspect(error)).not.toContain('not-the-passphrase');
    expect(inspect(error)).not.toContain(SCRYPT.crypto.ciphertext);
  });
});

describe('a V3 keystore', () => {
  it.each([
    ['pbkdf2', PBKDF2],
    ['scrypt', SCRYPT],
    ['the older spelling', { Crypto: PBKDF2.crypto, id: PBKDF2.id, version: 3 }],
  ])('opens by %s', async (_name, file) => {
    const key = await decryptKeystore(JSON.stringify(file), PASSPHRASE);
    expect(Buffer.from(key).toString('hex')).toBe(PRIVATE_KEY);
  });

  it('does not open once its ciphertext was changed', async () => {
    const crypto = { ...PBKDF2.crypto, ciphertext: PBKDF2.crypto.ciphertext.replace('5318', '5319') };
    await expect(decryptKeystore(JSON.stringify({ ...PBKDF2, crypto }), PASSPHRASE)).rejects.toThrow(KeystoreError);
  });

  it.each<[string, string, string]>([
    ['no JSON', '{', 'not JSON'],
    ['no object', '3', 'not a V3 keystore: the file'],
    ['another version', JSON.stringify({ ...PBKDF2, version: 1 }), 'not a V3 keystore: version'],
    ['no crypto', '{"version":3}', 'not a V3 keystore: crypto'],
    [
      'another cipher',
      JSON.stringify({ ...PBKDF2, crypto: { ...PBKDF2.crypto, cipher: 'aes-128-cbc' } }),
      'crypto.cipher',
    ],
    ['another derivation', JSON.stringify({ ...PBKDF2, crypto: { ...PBKDF2.crypto, kdf: 'argon2' } }), 'crypto.kdf'],
    [
      'too much memory',
      JSON.stringify({
        ...SCRYPT,
        crypto: { ...SCRYPT.crypto, kdfparams: { ...SCRYPT.crypto.kdfparams, n: 2 ** 30 } },
      }),
      'crypto.kdfparams',
    ],
    [
      'an uneven cost',
      JSON.stringify({ ...SCRYPT, crypto: { ...SCRYPT.crypto, kdfparams: { ...SCRYPT.crypto.kdfparams, n: 1000 } } }),
      'crypto.kdfparams',
    ],
  ])('is refused with %s', async (_name, text, message) => {
    await expect(decryptKeystore(text, PASSPHRASE)).rejects.toThrow(message);
  });
});
