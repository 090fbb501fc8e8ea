import { ScriptedChain } from '../../../src/adapters/outbound/chain/scripted/chain.ts';
import { accountIn } from '../../../src/adapters/outbound/chain/scripted/block-builder.ts';
import {
  decodeWith,
  type DecodedTransaction,
} from '../../../src/adapters/outbound/chain/scripted/decoded-transaction.ts';
import { ancestor, type TreeBlock } from '../../../src/adapters/outbound/chain/scripted/block-tree.ts';
import type { TransactionCodec } from '../../../src/application/ports/transaction-codec.ts';
import type { Signer } from '../../../src/application/ports/signer.ts';
import type { Address, BlockHash, ChainId, Hex, TxHash } from '../../../src/domain/primitives.ts';

const GWEI = 10n ** 9n;
const STRANGER = `0x${'57'.repeat(20)}` as Address;

/** The scripted chain, with miners that take whatever they like of all bytes ever handed, and strangers that have the same keys. */
export class SimChain {
  readonly chain: ScriptedChain;
  readonly known = new Map<TxHash, DecodedTransaction>();
  /** Bytes of whoever else has the key. */
  readonly foreign = new Set<TxHash>();
  readonly #heads: BlockHash[] = [];
  /** No block up to this number is ever replaced: it was `confirmations` deep once. */
  #finalNumber = 0;

  constructor(
    chainId: ChainId,
    private readonly codec: TransactionCodec,
    private readonly confirmations: number,
    eip1559: boolean,
  ) {
    const decode = decodeWith(codec);
    this.chain = new ScriptedChain({
      chainId,
      ...(eip1559 ? {} : { baseFeePerGasWei: null }),
      decode: async (raw) => {
        const transaction = await decode(raw);
        if (transaction !== null) this.known.set(transaction.hash, transaction);
        return transaction;
      },
    });
  }

  get finalNumber(): number {
    return this.#finalNumber;
  }

  nonceOf(address: Address): number {
    return accountIn(this.chain.tip.accounts, address).nonce;
  }

  balanceOf(address: Address): bigint {
    return accountIn(this.chain.tip.accounts, address).balanceWei;
  }

  /** The mempool's next transactions, as an honest miner has it. */
  mineNext(): void {
    this.chain.mine();
    this.mined();
  }

  mineNone(blocks: number): void {
    for (let i = 0; i < blocks; i++) {
      this.chain.mine({ include: 'none' });
      this.mined();
    }
  }

  /** Some bytes out of all that were ever handed, also of rows that let them go long ago. */
  mineAny(random: () => number, appetite: number): readonly TxHash[] {
    const nonces = new Map<Address, number>();
    const include: TxHash[] = [];
    for (;;) {
      const next = [...this.known.values()].filter(
        ({ from, nonce, hash }) => nonce === (nonces.get(from) ?? this.nonceOf(from)) && !include.includes(hash),
      );
      const chosen = next[Math.floor(random() * next.length)];
      if (chosen === undefined || random() > appetite) break;
      include.push(chosen.hash);
      nonces.set(chosen.from, chosen.nonce + 1);
    }
    for (;;) {
      try {
        this.chain.mine({ include });
        break;
      } catch (error) {
        // It cannot be paid, or is below the base fee.
        if (include.pop() === undefined) throw error;
      }
    }
    this.mined();
    return include;
  }

  /** Transactions of the same key that the service knows nothing of; mined at once or left in the mempool. */
  async foreignUse(signer: Signer, count: number, mined: boolean): Promise<void> {
    const first = this.nonceOf(signer.address);
    const hashes: TxHash[] = [];
    for (let nonce = first; nonce < first + count; nonce++) {
      const transaction = await this.sign(signer, nonce);
      if (transaction === null) continue;
      this.foreign.add(transaction.hash);
      hashes.push(transaction.hash);
      if (!mined) this.chain.mempool.add(transaction);
    }
    if (!mined) return;
    try {
      this.chain.mine({ include: hashes });
    } catch {
      this.chain.mine({ include: 'none' }); // it cannot be paid
    }
    this.mined();
  }

  /** Takes back less than was ever called final. */
  reorg(depth: number, backToMempool: boolean): number {
    const possible = Math.min(depth, this.chain.head.number - this.#finalNumber);
    if (possible > 0) this.chain.reorg(possible, { backToMempool });
    return Math.max(possible, 0);
  }

  /** Own or foreign hashes of the canonical chain, each with its block. */
  canonical(): ReadonlyMap<TxHash, { readonly number: number; readonly hash: BlockHash; readonly succeeded: boolean }> {
    const found = new Map<TxHash, { number: number; hash: BlockHash; succeeded: boolean }>();
    for (let at: TreeBlock | null = this.chain.tip; at !== null; at = at.parent) {
      for (const [hash, receipt] of at.receipts)
        found.set(hash, { number: at.block.number, hash: at.block.hash, succeeded: receipt.succeeded });
    }
    return found;
  }

  holds(block: { readonly number: number; readonly hash: BlockHash }): boolean {
    return ancestor(this.chain.tip, block.number)?.block.hash === block.hash;
  }

  /** The newest block, or one that was it before. */
  formerHead(back: number): BlockHash | null {
    return this.#heads[this.#heads.length - 1 - (back % Math.max(this.#heads.length, 1))] ?? null;
  }

  private mined(): void {
    this.#heads.push(this.chain.head.hash);
    this.#finalNumber = Math.max(this.#finalNumber, this.chain.head.number - this.confirmations + 1);
  }

  private async sign(signer: Signer, nonce: number): Promise<DecodedTransaction | null> {
    const legacy = this.chain.baseFeePerGasWei === null;
    const unsigned = {
      type: legacy ? ('legacy' as const) : ('eip1559' as const),
      chainId: this.chain.chainId,
      nonce,
      to: STRANGER,
      valueWei: BigInt(this.known.size + 1),
      data: '0x' as Hex,
      gasLimit: 21_000n,
      maxFeePerGasWei: 200n * GWEI,
      maxPriorityFeePerGasWei: legacy ? 200n * GWEI : 3n * GWEI,
    };
    const outcomes = await signer.sign(await this.codec.digests([unsigned]));
    const signatures = outcomes.flatMap((outcome) => (outcome.kind === 'signed' ? [outcome.signature] : []));
    const [bytes] = await this.codec.assemble([unsigned], signatures);
    return bytes === undefined ? null : this.chain.hand(bytes.raw);
  }
}
