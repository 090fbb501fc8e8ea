import type { ChainId } from '../../../domain/primitives.ts';
import type { ChangeSet, LeaseToken } from '../../change-set.ts';
import { decideAndCommit } from '../../decide-and-commit.ts';
import type { Block, ChainNode } from '../../ports/chain-node.ts';
import type { Conflict, Committed } from '../../ports/ledger.ts';
import type { ChainCursor, KnownBlock } from '../../ports/work.ts';
import { signerMoves, signerRows } from './signer-moves.ts';
import { stepBack } from './step-back.ts';
import { stepForward } from './step-forward.ts';
import { TrackMemory } from './track-memory.ts';
import type { TrackParts, Turn } from './track-parts.ts';

/** The tracker's lease name: one worker for each chain. */
export const trackerLease = (chainId: ChainId): string => `tracker:${chainId}`;

/** Further behind than this, and with nothing live, reading every block would only cost time. */
const JUMP_FROM = 64;
/** A row may move between load and commit (an answer that comes in): decided again on what is there then. All else, a moved cursor too, is for the next turn. */
const ROWS_MOVED = ['version'] as const;

/**
 * One for a chain, under its lease. Only here is anything concluded from the chain (rule 10): the cursor moves onto a child of its block,
 * steps back where another block stands at its height, and jumps only while nothing is live.
 */
export class TrackBlocks {
  private failing = false;
  private ahead: { readonly number: number; readonly answer: ReturnType<ChainNode['around']> } | null = null;
  private readonly memory: TrackMemory;

  constructor(private readonly parts: TrackParts) {
    this.memory = new TrackMemory(parts);
  }

  async turn(fence: LeaseToken): Promise<Turn> {
    const { parts } = this;
    const gate = await parts.gate.state();
    if (gate.kind === 'wrongChain') return this.waits(gate.message);
    const chain = await parts.work.chain(parts.chainId);
    if (chain === null) return 'waiting';
    if (chain.cursor === null) return this.begin(fence);
    const around = await this.around(chain.cursor.number);
    if (!around.ok) return this.waits(around.error.message);
    this.failing = false;
    const { at, next } = around.value;
    if (at !== null && at.hash !== chain.cursor.hash) return this.back(chain, at, fence);
    if (at === null || next === null) return 'idle'; // an older head than ours, or nothing new
    if (next.parentHash !== chain.cursor.hash) return 'waiting'; // the two answers are from different heads: asked again
    const jumped = await this.jump(chain, next, fence);
    return jumped ?? this.forward(chain, next, fence);
  }

  /** The cursor's block and the one after it, as the node shows them; asked for while the block before was being committed, where it was there by then. */
  private async around(number: number): ReturnType<ChainNode['around']> {
    const ahead = this.ahead?.number === number ? await this.ahead.answer : null;
    this.ahead = null;
    return ahead?.ok === true && ahead.value.next !== null ? ahead : this.parts.node.around(number);
  }

  private askAhead(number: number): void {
    const answer = this.parts.node.around(number);
    answer.catch(() => undefined); // whoever needs it is told
    this.ahead = { number, answer };
  }

  private waits(message: string): Turn {
    if (!this.failing) this.parts.log.warn({ detail: message }, 'the tracker waits for the node');
    this.failing = true;
    return 'waiting';
  }

  /** The first cursor: a head that was read before anything was live, since no nonce is given out without one. */
  private async begin(fence: LeaseToken): Promise<Turn> {
    const head = await this.parts.node.head();
    return head.ok ? this.place(null, head.value, fence) : this.waits(head.error.message);
  }

  private async jump(chain: ChainCursor, next: Block, fence: LeaseToken): Promise<Turn | null> {
    const { parts } = this;
    // The head is asked for first; that still nothing is live is a condition of the commit.
    const head = await this.farHead(next);
    if (head === null || (await parts.work.anyLive(parts.chainId))) return null;
    const turn = await this.place(chain, head, fence);
    return turn === 'moved' ? turn : null;
  }

  private async farHead(next: Block): Promise<Block | null> {
    // The head is one more call: at every block it would cost more than the jumps save.
    if (next.number % JUMP_FROM !== 0) return null;
    const head = await this.parts.node.head();
    return head.ok && head.value.number > next.number + JUMP_FROM ? head.value : null;
  }

  private async place(chain: ChainCursor | null, head: Block, fence: LeaseToken): Promise<Turn> {
    const { parts } = this;
    const signers = await signerRows(parts);
    const counts = await this.memory.counts.at(signers, head);
    const blocks = await this.lineOf(head);
    if (counts === null || blocks === null) return this.waits("the node does not say the signers' nonce counts");
    const result = await parts.ledger.commit({
      step: 'cursor',
      at: parts.clock.now(),
      fence,
      signers: await signerMoves(parts, signers, counts),
      wakeUps: signers.map((row) => ({ signer: row.key, ids: [] })),
      cursors: [
        {
          chainId: parts.chainId,
          from: chain?.cursor ?? null,
          to: { number: head.number, hash: head.hash },
          blocks,
          forgetAbove: -1,
          onlyIfNothingLive: true,
        },
      ],
    });
    return outcome(result);
  }

  /** The block and some of its ancestors, to step back on if it is replaced. */
  private async lineOf(head: Block): Promise<readonly KnownBlock[] | null> {
    const line: KnownBlock[] = [];
    const wanted = 4 * this.parts.confirmations; // each is a call
    for (let block = head; ;) {
      line.push({ number: block.number, hash: block.hash, parentHash: block.parentHash });
      if (block.number === 0 || line.length > wanted) return line;
      const parent = await this.parts.node.block(block.parentHash);
      if (!parent.ok || parent.value === null) return null;
      block = parent.value;
    }
  }

  private async forward(chain: ChainCursor, next: Block, fence: LeaseToken): Promise<Turn> {
    let moved = 0;
    const step = async (): Promise<ChangeSet | null> => {
      const changes = await stepForward(this.parts, chain, next, fence, this.memory, () => this.isBeyond(next));
      moved = changes?.transactions?.length ?? 0;
      if (changes !== null) this.askAhead(next.number);
      return changes;
    };
    const result = await decideAndCommit(this.parts.ledger, step, ROWS_MOVED);
    if (result.kind === 'nothing') return this.waits('the node did not answer what the block needs');
    return this.told(next, moved, outcome(result));
  }

  private async isBeyond({ number }: Block): Promise<boolean> {
    const after = await this.parts.node.block(number + 1);
    return after.ok && after.value !== null;
  }

  private told(block: Block, moved: number, turn: Turn): Turn {
    if (turn !== 'moved') return turn;
    this.parts.metrics.gauge('broadcaster_cursor_block', block.number, { chain: String(this.parts.chainId) });
    if (moved > 0) this.parts.log.info({ block: block.number, transactions: moved }, 'read a block');
    return turn;
  }

  /** @param shown what stands at the cursor's height instead of its block, by one answer */
  private async back(chain: ChainCursor, shown: Block, fence: LeaseToken): Promise<Turn> {
    // Another chain behind the endpoint for a moment is no reorg: stepping back on it would pause all signers. So it must be this chain, and
    // show the same block once more after it was said to be.
    const gate = await this.parts.gate.fresh();
    if (gate.kind !== 'open') return this.waits(gate.message);
    const { cursor } = chain;
    if (cursor === null) return 'waiting';
    const again = await this.parts.node.block(cursor.number);
    if (!again.ok) return this.waits(again.error.message);
    if (again.value?.hash !== shown.hash) return 'waiting';
    const step = (): Promise<ChangeSet | null> => stepBack(this.parts, chain, cursor, fence);
    const result = await decideAndCommit(this.parts.ledger, step, ROWS_MOVED);
    if (result.kind === 'committed')
      this.parts.metrics.count('broadcaster_reorgs_total', 1, { chain: String(this.parts.chainId) });
    if (result.kind !== 'nothing') return outcome(result);
    return this.waits(
      `block ${cursor.number} is gone, and its parent is not known any more: a reorg deeper than all that is kept`,
    );
  }
}

const outcome = (result: Committed | Conflict): Turn => (result.kind === 'committed' ? 'moved' : 'waiting');
