import type { Parts } from '../container/create-container.ts';
import { T } from '../container/tokens.ts';

/**
 * Puts the chain on record with its genesis hash, and the configured signers. A node that is away now is asked again by whoever needs the
 * chain; until it is on record nothing is signed.
 */
export async function pinChain(parts: Parts): Promise<void> {
  const { node, chainId } = parts.get(T.Foundation);
  const [work, ledger, clock] = [parts.get(T.Work), parts.get(T.Ledger), parts.get(T.Clock)];
  const signers = parts
    .get(T.Signers)
    .list()
    .map((key) => ({ key }));
  const known = await work.chain(chainId);
  const identity = known === null ? await node.identity() : null;
  const chains =
    identity?.ok && identity.value.chainId === chainId ? [{ chainId, genesisHash: identity.value.genesisHash }] : [];
  await ledger.commit({ step: 'chain', at: clock.now(), chains, signers });
}
