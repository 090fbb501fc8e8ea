import { createDevSigner } from '../../adapters/outbound/signing/dev-signer.ts';
import { createSignerDirectory } from '../../adapters/outbound/signing/directory.ts';
import { createKeystoreSigner } from '../../adapters/outbound/signing/keystore-signer.ts';
import type { Signer } from '../../application/ports/signer.ts';
import type { ChainId } from '../../domain/primitives.ts';
import type { Config } from '../config/config.ts';
import { describeProblems } from '../config/problem.ts';
import { developmentSignerProblems, type SignerSource } from '../config/signers.ts';
import { StartRefused } from './start-refused.ts';

export async function loadSigners(config: Config, chainId: ChainId): Promise<ReturnType<typeof createSignerDirectory>> {
  const problems = developmentSignerProblems(config.signers, chainId);
  if (problems.length > 0) throw new StartRefused(describeProblems(problems));
  const signers: { chainId: ChainId; signer: Signer }[] = [];
  for (const source of config.signers) signers.push({ chainId, signer: await load(source, config) });
  return createSignerDirectory(signers);
}

const load = (source: SignerSource, config: Config): Promise<Signer> =>
  source.kind === 'dev'
    ? createDevSigner(source.index)
    : createKeystoreSigner(source.path, config.keystorePassphrase ?? '');
