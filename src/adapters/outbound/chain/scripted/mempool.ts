import type { NodeError } from '../../../../domain/node-answer/classify.ts';
import type { Address, TxHash } from '../../../../domain/primitives.ts';
import type { DecodedTransaction } from './decoded-transaction.ts';
import { ALREADY_KNOWN, REPLACEMENT_UNDERPRICED } from './refusals.ts';

/** Geth's and most clients' least rise of both fees for another transaction at a nonce. */
const LEAST_BUMP_PERCENT = 10n;

/** Transactions that wait to be mined: one for each sender and nonce, gaps allowed. */
export class Mempool {
  readonly #byHash = new Map<TxHash, DecodedTransaction>();
  readonly #bySlot = new Map<string, DecodedTransaction>();

  has(hash: TxHash): boolean {
    return this.#byHash.has(hash);
  }

  /** In order of arrival. */
  hashes(): readonly TxHash[] {
    return [...this.#byHash.keys()];
  }

  /** Lower nonces first, so that one pass finds all that can follow one another. */
  byNonce(): readonly DecodedTransaction[] {
    return [...this.#byHash.values()].sort((one, other) => one.nonce - other.nonce);
  }

  /** Takes it, in the place of another with the same nonce if it pays enough more; else says why not. */
  add(transaction: DecodedTransaction): NodeError | null {
    if (this.#byHash.has(transaction.hash)) return ALREADY_KNOWN;
    const rival = this.#bySlot.get(slotOf(transaction));
    if (rival !== undefined && !outbids(transaction, rival)) return REPLACEMENT_UNDERPRICED;
    if (rival !== undefined) this.#byHash.delete(rival.hash);
    this.#byHash.set(transaction.hash, transaction);
    this.#bySlot.set(slotOf(transaction), transaction);
    return null;
  }

  remove(hash: TxHash): void {
    const transaction = this.#byHash.get(hash);
    if (transaction === undefined) return;
    this.#byHash.delete(hash);
    this.#bySlot.delete(slotOf(transaction));
  }

  /** The nonce after those that follow one another from this one on. */
  nextAfter(from: Address, nonce: number): number {
    let next = nonce;
    while (this.#bySlot.has(slotOf({ from, nonce: next }))) next += 1;
    return next;
  }

  /** What the chain is past. */
  removeBelow(nextNonce: (from: Address) => number): void {
    for (const { hash, from, nonce } of this.#byHash.values()) if (nonce < nextNonce(from)) this.remove(hash);
  }
}

const slotOf = ({ from, nonce }: Pick<DecodedTransaction, 'from' | 'nonce'>): string => `${from}:${nonce}`;

function outbids(one: DecodedTransaction, rival: DecodedTransaction): boolean {
  const enough = (fee: bigint, former: bigint): boolean => fee * 100n >= former * (100n + LEAST_BUMP_PERCENT);
  return (
    enough(one.maxFeePerGasWei, rival.maxFeePerGasWei) &&
    enough(one.maxPriorityFeePerGasWei, rival.maxPriorityFeePerGasWei)
  );
}
