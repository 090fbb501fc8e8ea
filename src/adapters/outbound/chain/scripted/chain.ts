import type { Block, MinedTransaction } from '../../../../application/ports/chain-node.ts';
import type { Address, ChainId, Hex, TxHash } from '../../../../domain/primitives.ts';
import { accountIn, BlockBuilder } from './block-builder.ts';
import { ancestor, BlockTree, type TreeBlock } from './block-tree.ts';
import type { Decode, DecodedTransaction } from './decoded-transaction.ts';
import { Mempool } from './mempool.ts';

export interface ScriptedChainOptions {
  readonly chainId: ChainId;
  readonly decode: Decode;
  /** What block hashes are made of: another name is another chain. */
  readonly name?: string;
  /** Of each block from now on; null: a chain without EIP-1559. 1 gwei where left out. */
  readonly baseFeePerGasWei?: bigint | null;
}

export interface MineOptions {
  /** `next` (also where left out): what the mempool can offer; `none`; or these, in this order, of all bytes ever handed. */
  readonly include?: readonly TxHash[] | 'next' | 'none';
  /** Which of them revert; calls of an address that `setCode` made reverting do anyhow. */
  readonly reverting?: readonly TxHash[];
}

/** An address with code; `revertsWith`: every call of it reverts with these bytes. */
export interface ScriptedCode {
  readonly revertsWith: Hex | null;
}

/**
 * A chain in memory whose blocks a test makes. No timers, no chance: the same calls give the same chain. Several endpoints may look at
 * it (`ScriptedNode`); they share its mempool.
 */
export class ScriptedChain {
  readonly chainId: ChainId;
  /** All raw bytes that an endpoint was ever handed, each time anew, whatever it answered. */
  readonly handed: Hex[] = [];
  readonly mempool = new Mempool();
  readonly tree: BlockTree;
  readonly genesis: TreeBlock;
  readonly code = new Map<Address, ScriptedCode>();
  baseFeePerGasWei: bigint | null;
  /** What `feeHistory` says that recent blocks took. */
  recentTipsWei: readonly bigint[] = [1_000_000_000n];
  readonly #decode: Decode;
  readonly #known = new Map<TxHash, DecodedTransaction>();
  readonly #raw = new Map<TxHash, Hex>();
  readonly #timesHanded = new Map<Hex, number>();
  #tip: TreeBlock;

  constructor({ chainId, decode, name = 'scripted', baseFeePerGasWei = 1_000_000_000n }: ScriptedChainOptions) {
    this.chainId = chainId;
    this.baseFeePerGasWei = baseFeePerGasWei;
    this.#decode = decode;
    this.tree = new BlockTree(name);
    this.genesis = this.tree.add(null, { baseFeePerGasWei, accounts: new Map(), transactions: new Map() });
    this.#tip = this.genesis;
  }

  get head(): Block {
    return this.#tip.block;
  }

  /** The newest block with its state, for endpoints. */
  get tip(): TreeBlock {
    return this.#tip;
  }

  timesHanded(raw: Hex): number {
    return this.#timesHanded.get(raw) ?? 0;
  }

  /** Keeps the bytes, so that they can be mined from now on; null: they are no transaction. What is answered is not settled by this. */
  async hand(raw: Hex): Promise<DecodedTransaction | null> {
    this.handed.push(raw);
    this.#timesHanded.set(raw, this.timesHanded(raw) + 1);
    const transaction = await this.#decode(raw);
    if (transaction !== null) {
      this.#known.set(transaction.hash, transaction);
      this.#raw.set(transaction.hash, raw);
    }
    return transaction;
  }

  /** null: nobody ever handed in the bytes. */
  rawOf(hash: TxHash): Hex | null {
    return this.#raw.get(hash) ?? null;
  }

  /** Throws where the chain's own rule forbids the block, or where nobody ever handed in the bytes. */
  mine({ include = 'next', reverting = [] }: MineOptions = {}): Block {
    const builder = this.#builder();
    for (const transaction of this.#candidates(include)) {
      const objection = builder.objection(transaction);
      if (objection === null) builder.include(transaction, !this.#reverts(transaction, reverting));
      else if (include !== 'next') throw new Error(`${transaction.hash} cannot be mined: ${objection.message}`);
    }
    this.#tip = this.tree.add(this.#tip, builder.contents());
    this.mempool.removeBelow((from) => accountIn(this.#tip.accounts, from).nonce);
    return this.head;
  }

  /** Who sent it, at which nonce. */
  mined(hash: TxHash): MinedTransaction {
    const { from, nonce } = this.#transaction(hash);
    return { hash, from, nonce };
  }

  /** Whatever the next block could begin with, of all bytes ever handed. */
  minable(): readonly TxHash[] {
    const builder = this.#builder();
    return [...this.#known.values()].filter((one) => builder.objection(one) === null).map(({ hash }) => hash);
  }

  /**
   * Takes the newest blocks away; what is mined next is another branch. Their transactions are gone (as `anvil_reorg` has it) or back in
   * the mempool (as clients do where they can).
   */
  reorg(depth: number, { backToMempool = false }: { readonly backToMempool?: boolean } = {}): Block {
    const base = ancestor(this.#tip, this.head.number - depth);
    if (base === null) throw new RangeError(`there are no ${depth} blocks to take away`);
    const dropped: TxHash[] = [];
    for (let top = this.#tip; top !== base && top.parent !== null; top = top.parent)
      dropped.unshift(...top.block.transactionHashes);
    this.#tip = base;
    if (backToMempool) for (const hash of dropped) this.mempool.add(this.#transaction(hash));
    return base.block;
  }

  /** At the newest block and what is built on it. */
  setBalance(address: Address, balanceWei: bigint): void {
    this.#tip.accounts.set(address, { ...accountIn(this.#tip.accounts, address), balanceWei });
  }

  #builder(): BlockBuilder {
    return new BlockBuilder(this.#tip, this.baseFeePerGasWei);
  }

  #candidates(include: NonNullable<MineOptions['include']>): readonly DecodedTransaction[] {
    if (include === 'none') return [];
    return include === 'next' ? this.mempool.byNonce() : include.map((hash) => this.#transaction(hash));
  }

  #reverts({ hash, to }: DecodedTransaction, reverting: readonly TxHash[]): boolean {
    const code = to === null ? undefined : this.code.get(to);
    return reverting.includes(hash) || (code !== undefined && code.revertsWith !== null);
  }

  #transaction(hash: TxHash): DecodedTransaction {
    const transaction = this.#known.get(hash);
    if (transaction === undefined) throw new Error(`nobody ever handed in the bytes of ${hash}`);
    return transaction;
  }
}
