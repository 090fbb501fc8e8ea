import type { Parts } from '../container/create-container.ts';
import { T } from '../container/tokens.ts';

/** Puts the configured signers on record, and a chain that is not there yet with its genesis hash. */
export async function pinChain(parts: Parts): Promise<void> {
  const { chainId, identity } = parts.get(T.Foundation);
  const signers = parts
    .get(T.Signers)
    .list()
    .map((key) => ({ key }));
  const chains = identity === null ? [] : [{ chainId, genesisHash: identity.genesisHash }];
  await parts.get(T.Ledger).commit({ step: 'chain', at: parts.get(T.Clock).now(), chains, signers });
}
