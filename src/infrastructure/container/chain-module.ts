import { ContainerModule } from 'inversify';
import { ChainGate } from '../../application/chain-gate.ts';
import { FeeMarket } from '../../application/market.ts';
import { meteredNode } from '../../application/metered-node.ts';
import { singleton } from './bind.ts';
import { T } from './tokens.ts';

/** The chain, and what signs for it. */
export const chainModule = new ContainerModule((options) => {
  const one = singleton(options);
  one(T.Node, (get) => meteredNode(get(T.Foundation).node, get(T.Metrics), get(T.Clock)));
  one(T.Gate, (get) => new ChainGate(get(T.Foundation).chainId, get(T.Node), get(T.Work), get(T.Clock)));
  one(T.Market, (get) => new FeeMarket(get(T.Node), get(T.Clock)));
  one(T.Codec, (get) => get(T.Foundation).codec);
  one(T.Signers, (get) => get(T.Foundation).signers);
});
