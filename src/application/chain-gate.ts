import type { NodeError } from '../domain/node-answer/classify.ts';
import type { ChainId, Millis } from '../domain/primitives.ts';
import { isFresh } from './is-fresh.ts';
import type { ChainNode } from './ports/chain-node.ts';
import type { Clock } from './ports/clock.ts';
import type { Work } from './ports/work.ts';

export type GateState =
  | { readonly kind: 'open' }
  /** The node could not be asked; which chain it is on is not known: nothing is sent either. */
  | { readonly kind: 'unknown'; readonly message: string; readonly error: NodeError }
  /** Another chain answers at the configured endpoint: nothing is sent. */
  | { readonly kind: 'wrongChain'; readonly message: string };

/** An endpoint may be pointed elsewhere behind our back, but not every second. */
const FRESH_MS = 10_000;

/** The database remembers each chain's genesis hash: where a node shows another one, nothing is signed and nothing is sent. */
export class ChainGate {
  private last: { readonly at: Millis; readonly state: GateState } | null = null;
  private asking: Promise<GateState> | null = null;

  constructor(
    private readonly chainId: ChainId,
    private readonly node: Pick<ChainNode, 'identity'>,
    private readonly work: Pick<Work, 'chain'>,
    private readonly clock: Clock,
  ) {}

  async state(): Promise<GateState> {
    if (this.last?.state.kind === 'open' && isFresh(this.last.at, this.clock.now(), FRESH_MS)) return this.last.state;
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  /** Asked anew, whatever was known: before something that cannot be taken back. */
  fresh(): Promise<GateState> {
    return this.ask();
  }

  private async ask(): Promise<GateState> {
    const [answer, chain] = await Promise.all([this.node.identity(), this.work.chain(this.chainId)]);
    const state = this.judge(answer, chain?.genesisHash ?? null);
    this.last = { at: this.clock.now(), state };
    return state;
  }

  private judge(answer: Awaited<ReturnType<ChainNode['identity']>>, pinned: string | null): GateState {
    if (!answer.ok) return unknown(answer.error);
    const { chainId, genesisHash } = answer.value;
    if (chainId !== this.chainId)
      return { kind: 'wrongChain', message: `the node is on chain ${chainId}, the record on ${this.chainId}` };
    if (pinned === null) return unknown({ message: 'the chain is not on record yet' });
    if (genesisHash !== pinned) {
      return {
        kind: 'wrongChain',
        message: `the node's genesis block is ${genesisHash}, the record's ${pinned}: this is another chain`,
      };
    }
    return { kind: 'open' };
  }
}

const unknown = (error: NodeError): GateState => ({ kind: 'unknown', message: error.message, error });
