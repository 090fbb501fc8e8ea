import { createHash } from 'node:crypto';
import type { AccountState, Block, Receipt } from '../../../../application/ports/chain-node.ts';
import type { Address, BlockHash, TxHash } from '../../../../domain/primitives.ts';

/** A block, and what is true once it is the newest. */
export interface TreeBlock {
  readonly block: Block;
  /** Order of making: an endpoint that shows a former head knows nothing made after it. */
  readonly sequence: number;
  readonly parent: TreeBlock | null;
  /** All that were ever touched. `setBalance` writes here; blocks made later have a copy. */
  readonly accounts: Map<Address, AccountState>;
  /** Of its own transactions. */
  readonly receipts: ReadonlyMap<TxHash, Receipt>;
}

export interface BlockContents {
  readonly baseFeePerGasWei: bigint | null;
  readonly accounts: Map<Address, AccountState>;
  /** In the block's order. */
  readonly transactions: ReadonlyMap<TxHash, Pick<Receipt, 'succeeded' | 'feeWei'>>;
}

const GENESIS_SECONDS = 1_700_000_000;
const BLOCK_SECONDS = 12;
const NO_PARENT = `0x${'00'.repeat(32)}` as BlockHash;

/** All blocks ever made, on whatever branch. Hashes and times follow from the order of making alone. */
export class BlockTree {
  readonly #name: string;
  readonly #blocks = new Map<BlockHash, TreeBlock>();
  readonly #holders = new Map<TxHash, TreeBlock[]>();

  constructor(name: string) {
    this.#name = name;
  }

  add(parent: TreeBlock | null, { baseFeePerGasWei, accounts, transactions }: BlockContents): TreeBlock {
    const sequence = this.#blocks.size;
    const ref = {
      number: parent === null ? 0 : parent.block.number + 1,
      hash: `0x${createHash('sha256').update(`${this.#name}:${sequence}`).digest('hex')}` as BlockHash,
    };
    const added: TreeBlock = {
      block: {
        ...ref,
        parentHash: parent?.block.hash ?? NO_PARENT,
        timestampSeconds: GENESIS_SECONDS + sequence * BLOCK_SECONDS,
        baseFeePerGasWei,
        transactionHashes: [...transactions.keys()],
      },
      sequence,
      parent,
      accounts,
      receipts: new Map([...transactions].map(([hash, became]) => [hash, { hash, block: ref, ...became }])),
    };
    this.#blocks.set(ref.hash, added);
    for (const hash of transactions.keys()) this.#holders.set(hash, [...(this.#holders.get(hash) ?? []), added]);
    return added;
  }

  find(hash: BlockHash): TreeBlock | undefined {
    return this.#blocks.get(hash);
  }

  /** The receipt on the branch that ends in `head`; null if no block of it holds the transaction. */
  receiptOn(head: TreeBlock, hash: TxHash): Receipt | null {
    const holder = this.#holders.get(hash)?.find((one) => ancestor(head, one.block.number) === one);
    return holder?.receipts.get(hash) ?? null;
  }
}

/** The block of this number on the branch that ends in `head`; null beyond it. */
export function ancestor(head: TreeBlock, number: number): TreeBlock | null {
  let found: TreeBlock | null = head;
  while (found !== null && found.block.number > number) found = found.parent;
  return found?.block.number === number ? found : null;
}
