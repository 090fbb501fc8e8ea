import type { Container } from 'inversify';
import { T } from '../container/tokens.ts';

/**
 * Puts the chain on record with its genesis hash, and the configured signers. A node that is away now is asked again by whoever needs the
 * chain; until it is on record nothing is signed.
 */
export async function pinChain(container: Container): Promise<void> {
  const { node, chainId } = container.get(T.Foundation);
  const [work, ledger, clock] = [container.get(T.Work), container.get(T.Ledger), container.get(T.Clock)];
  const signers = container
    .get(T.Signers)
    .list()
    .map((key) => ({ key }));
  const known = await work.chain(chainId);
  const identity = known === null ? await node.identity() : null;
  const chains =
    identity?.ok && identity.value.chainId === chainId ? [{ chainId, genesisHash: identity.value.genesisHash }] : [];
  await ledger.commit({ step: 'chain', at: clock.now(), chains, signers });
}
