import type { ChainId, TxHash } from '../../../domain/primitives.ts';
import type { ChainGate } from '../../chain-gate.ts';
import type { ChainNode } from '../../ports/chain-node.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { SubmitItem } from '../../ports/endpoint-two.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Log, Metrics } from '../../ports/observability.ts';
import type { TransactionCodec } from '../../ports/transaction-codec.ts';
import type { BroadcastRow, Work } from '../../ports/work.ts';
import type { LanePolicy } from '../policy.ts';

/** What the sending side works with. It never holds a key. */
export interface BroadcastParts {
  readonly chainId: ChainId;
  readonly work: Work;
  readonly ledger: Ledger;
  readonly codec: TransactionCodec;
  readonly node: ChainNode;
  readonly gate: ChainGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<LanePolicy, 'retry' | 'maxInFlight' | 'lookAgainMs' | 'pauseMs'>;
  /** All RPC calls of one request together are cut after this, so that its answer is out within 25 s. */
  readonly sendBudgetMs: number;
}

/** Bytes that the record asks for, on their way to the node. */
export interface Checked {
  readonly item: SubmitItem;
  readonly row: BroadcastRow;
  readonly hash: TxHash;
  readonly nonce: number;
}
