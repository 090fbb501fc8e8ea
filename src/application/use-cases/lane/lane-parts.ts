import type { RetryPolicy } from '../../../domain/retry/schedule.ts';
import type { TryFacts } from '../../../domain/retry/count-failure.ts';
import type { Millis } from '../../../domain/primitives.ts';
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

export interface LanePolicy {
  readonly retry: RetryPolicy;
  readonly maxInFlight: number;
  /** `MAX_FEE_PER_GAS_WEI`. */
  readonly ceilingWei: bigint | null;
  /** When bytes that a node has are looked at again. */
  readonly lookAgainMs: number;
  /** Before trouble that is not counted is tried again. */
  readonly pauseMs: number;
  /** Transactions of one round. */
  readonly batch: number;
}

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

/** Facts of a failed try that began at `tryStartedAt`. */
export const tryFacts = (parts: Pick<LaneParts, 'policy' | 'clock' | 'random'>, tryStartedAt: Millis): TryFacts => ({
  policy: parts.policy.retry,
  tryStartedAt,
  now: parts.clock.now(),
  random: parts.random.next(),
});
