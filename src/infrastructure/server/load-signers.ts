import { createDevSigner } from '../../adapters/outbound/signing/dev-signer.ts';
import { createSignerDirectory } from '../../adapters/outbound/signing/directory.ts';
import { createKeystoreSigner } from '../../adapters/outbound/signing/keystore-signer.ts';
import { KeystoreError } from '../../adapters/outbound/signing/keystore-v3.ts';
import { signHere, type SignDigests } from '../../adapters/outbound/signing/sign-digests.ts';
import type { Signer } from '../../application/ports/signer.ts';
import type { ChainId } from '../../domain/primitives.ts';
import type { Config } from '../config/config.ts';
import { masked } from '../config/masked.ts';
import { describeProblems } from '../config/problem.ts';
import { developmentSignerProblems, signerLabel, type SignerSource } from '../config/signers.ts';
import { StartRefused } from './start-refused.ts';

/**
 * @param stopping looked at before each: opening a keystore takes a second or so
 * @param signDigests where the signatures of keys in this process are made
 * @throws {StartRefused} names every signer that cannot be used; or an `AbortError` where the process is to stop meanwhile
 */
export async function loadSigners(
  config: Config,
  chainId: ChainId,
  stopping: AbortSignal,
  signDigests: SignDigests = signHere,
): Promise<ReturnType<typeof createSignerDirectory>> {
  const problems = [...developmentSignerProblems(config.signers, chainId)];
  const signers: { chainId: ChainId; signer: Signer }[] = [];
  for (const source of config.signers) {
    stopping.throwIfAborted();
    try {
      signers.push({ chainId, signer: await load(source, config, signDigests) });
    } catch (error) {
      if (!(error instanceof KeystoreError)) throw error;
      problems.push({ name: 'SIGNERS', value: masked(signerLabel(source)), expected: error.message });
    }
  }
  if (problems.length > 0) throw new StartRefused(describeProblems(problems));
  try {
    return createSignerDirectory(signers);
  } catch (error) {
    throw new StartRefused((error as Error).message, { cause: error });
  }
}

const load = (source: SignerSource, config: Config, signDigests: SignDigests): Promise<Signer> =>
  source.kind === 'dev'
    ? createDevSigner(source.index, signDigests)
    : createKeystoreSigner(source.path, config.keystorePassphrase ?? '', signDigests);
