import type { ChainGate } from '../chain-gate.ts';
import { isFresh } from '../is-fresh.ts';
import type { FeeMarket } from '../market.ts';
import type { ChainNode } from '../ports/chain-node.ts';
import type { Clock } from '../ports/clock.ts';
import type { Timers } from '../ports/timers.ts';
import { within } from '../within.ts';
import type { ChainId, Millis } from '../../domain/primitives.ts';

/** How a chain's node is doing, as far as it says. */
export interface NodeHealth {
  readonly state: 'ok' | 'unreachable' | 'wrongChain';
  readonly message: string;
  readonly headNumber: number | null;
  /** Of the next block. */
  readonly baseFeePerGasWei: bigint | null;
}

export interface NodeHealthParts {
  readonly chainId: ChainId;
  readonly gate: Pick<ChainGate, 'state'>;
  readonly market: Pick<FeeMarket, 'now'>;
  readonly node: Pick<ChainNode, 'head'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** However many people look, the node is asked no more often. */
const FRESH_MS = 2_000;
const LIMIT_MS = 1_000;

/** Asks the node for those who look at it; nobody waits for one that hangs. */
export class NodeWatch {
  private last: { readonly at: Millis; readonly health: NodeHealth } | null = null;
  private asking: { readonly since: Millis; readonly answer: Promise<NodeHealth> } | null = null;

  constructor(private readonly parts: NodeHealthParts) {}

  get chainId(): ChainId {
    return this.parts.chainId;
  }

  async now(): Promise<NodeHealth> {
    const { clock, timers } = this.parts;
    const now = clock.now();
    if (this.last !== null && isFresh(this.last.at, now, FRESH_MS)) return this.last.health;
    const asking = (this.asking ??= { since: now, answer: this.ask() });
    const left = asking.since + LIMIT_MS - now;
    return left <= 0 ? SILENT : within(timers, left, asking.answer, () => SILENT);
  }

  private async ask(): Promise<NodeHealth> {
    try {
      const health = await this.health();
      this.last = { at: this.parts.clock.now(), health };
      return health;
    } finally {
      this.asking = null;
    }
  }

  private async health(): Promise<NodeHealth> {
    const { gate, market, node } = this.parts;
    const [state, fees, head] = await Promise.all([gate.state(), market.now(), node.head()]);
    const seen = {
      headNumber: head.ok ? head.value.number : null,
      baseFeePerGasWei: fees.ok ? fees.value.baseFeePerGasWei : null,
    };
    if (state.kind === 'wrongChain') return { state: 'wrongChain', message: state.message, ...seen };
    if (state.kind === 'unknown') return { state: 'unreachable', message: state.message, ...seen };
    if (!head.ok) return { state: 'unreachable', message: head.error.message, ...seen };
    return { state: 'ok', message: 'ok', ...seen };
  }
}

const SILENT: NodeHealth = {
  state: 'unreachable',
  message: `no answer within ${LIMIT_MS} ms`,
  headNumber: null,
  baseFeePerGasWei: null,
};
