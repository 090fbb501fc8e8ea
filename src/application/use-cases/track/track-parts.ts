import type { ChainId } from '../../../domain/primitives.ts';
import type { ChainGate } from '../../chain-gate.ts';
import type { ChainNode } from '../../ports/chain-node.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Log, Metrics } from '../../ports/observability.ts';
import type { SignerDirectory } from '../../ports/signer.ts';
import type { Work } from '../../ports/work.ts';

export interface TrackParts {
  readonly chainId: ChainId;
  readonly confirmations: number;
  readonly maxInFlight: number;
  readonly work: Work;
  readonly ledger: Ledger;
  readonly node: ChainNode;
  readonly gate: ChainGate;
  readonly signers: SignerDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a turn of the tracker came to. `idle`: nothing new; `waiting`: the node or the record does not allow a step now. */
export type Turn = 'moved' | 'idle' | 'waiting';
