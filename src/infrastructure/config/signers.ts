import type { ChainId } from '../../domain/primitives.ts';
import { masked } from './masked.ts';
import type { Problem } from './problem.ts';
import { listOf, repeated, setting, Wrong, type Read } from './setting.ts';

/** Which keys sign: a publicly known development account by its index, or a V3 keystore file. */
export type SignerSource =
  { readonly kind: 'dev'; readonly index: number } | { readonly kind: 'keystore'; readonly path: string };

export const signerLabel = (source: SignerSource): string =>
  source.kind === 'dev' ? `dev:${source.index}` : `keystore:${source.path}`;

/** As many as development nodes fund at most. */
export const DEVELOPMENT_ACCOUNTS = 20;
export const EMBEDDED_SIGNERS: readonly SignerSource[] = [0, 1, 2, 3].map((index) => ({ kind: 'dev', index }));
const DEVELOPMENT_CHAINS: readonly number[] = [31337, 1337];

export const SIGNERS = `dev:N (N from 0 to ${DEVELOPMENT_ACCOUNTS - 1}) or keystore:PATH, each once, comma-separated`;

export const signerSettings = {
  SIGNERS: setting((text) => {
    const sources = listOf(text, readSigner);
    if (sources instanceof Wrong) return sources;
    return repeated(sources, signerLabel) === undefined ? sources : new Wrong(SIGNERS);
  }).optional(),
  KEYSTORE_PASSPHRASE: setting((text) => text).optional(),
};

function readSigner(text: string): Read<SignerSource> {
  const index = /^dev:(0|[1-9]\d?)$/.exec(text)?.[1];
  if (index !== undefined && Number(index) < DEVELOPMENT_ACCOUNTS) return { kind: 'dev', index: Number(index) };
  const path = /^keystore:(.+)$/s.exec(text)?.[1];
  if (path !== undefined && !path.includes('\0')) return { kind: 'keystore', path };
  return new Wrong(text.startsWith('kms:') ? `keys in AWS KMS come with a later release; ${SIGNERS}` : SIGNERS);
}

/**
 * Everybody has the development keys, so they may sign on development chains alone. Asked once the node has told the chain id.
 */
export function developmentSignerProblems(sources: readonly SignerSource[], chainId: ChainId): readonly Problem[] {
  const known = sources.filter((source) => source.kind === 'dev');
  if (known.length === 0 || DEVELOPMENT_CHAINS.includes(chainId)) return [];
  const value = masked(sources.map(signerLabel).join(','));
  const allowed = DEVELOPMENT_CHAINS.join(' or ');
  const expected = `development accounts sign on chain ${allowed} only, as everybody knows their keys; this is chain ${chainId}`;
  return [{ name: 'SIGNERS', value, expected }];
}
