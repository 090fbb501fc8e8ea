import type { Signer } from '../../../application/ports/signer.ts';
import { DEV_PRIVATE_KEYS } from './dev-accounts.ts';
import { createLocalKeySigner } from './local-key-signer.ts';
import { signHere } from './sign-digests.ts';

/**
 * `dev:N`: a publicly known development account. Which chains it may sign for is decided where the configuration is read.
 * @param signDigests where the signatures are made; default: here
 * @throws RangeError where there is no account of that number
 */
export async function createDevSigner(index: number, signDigests = signHere): Promise<Signer> {
  const privateKey = DEV_PRIVATE_KEYS[index];
  if (privateKey === undefined)
    throw new RangeError(`dev:${index}: there are dev:0 to dev:${DEV_PRIVATE_KEYS.length - 1}`);
  return createLocalKeySigner(Buffer.from(privateKey, 'hex'), `dev:${index}`, signDigests);
}
