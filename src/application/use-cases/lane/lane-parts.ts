import type { ChainGate } from '../../chain-gate.ts';
import type { FeeMarket } from '../../market.ts';
import type { ChainNode } from '../../ports/chain-node.ts';
import type { Clock, IdGenerator, Random } from '../../ports/clock.ts';
import type { EndpointTwo } from '../../ports/endpoint-two.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Log, Metrics } from '../../ports/observability.ts';
import type { SignerDirectory } from '../../ports/signer.ts';
import type { TransactionCodec } from '../../ports/transaction-codec.ts';
import type { Work } from '../../ports/work.ts';
import type { LanePolicy } from '../policy.ts';

/** What the signing side works with. It never writes `broadcast`; that is endpoint 2's. */
export interface LaneParts {
  readonly work: Work;
  readonly ledger: Ledger;
  readonly codec: TransactionCodec;
  readonly signers: SignerDirectory;
  readonly node: ChainNode;
  readonly endpointTwo: EndpointTwo;
  readonly market: FeeMarket;
  readonly gate: ChainGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdGenerator;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: LanePolicy;
}
