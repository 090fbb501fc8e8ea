import { readFile } from 'node:fs/promises';
import type { Signer } from '../../../application/ports/signer.ts';
import { decryptKeystore, KeystoreError } from './keystore-v3.ts';
import { createLocalKeySigner } from './local-key-signer.ts';
import { signHere } from './sign-digests.ts';

/**
 * `keystore:PATH`: the key of a V3 file. Opening it takes as long as its author wanted guessing to take, a second or so.
 * @param signDigests where the signatures are made; default: here
 * @throws KeystoreError where the file can't be read, is no V3 keystore, or the passphrase is wrong; it names the path
 */
export async function createKeystoreSigner(path: string, passphrase: string, signDigests = signHere): Promise<Signer> {
  const label = `keystore:${path}`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new KeystoreError(`${label}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  let privateKey: Uint8Array;
  try {
    privateKey = await decryptKeystore(text, passphrase);
  } catch (error) {
    if (error instanceof KeystoreError) throw new KeystoreError(`${label}: ${error.message}`);
    throw error;
  }
  const signer = await createLocalKeySigner(privateKey, label, signDigests);
  privateKey.fill(0);
  return signer;
}
