import type { NodeError } from '../../domain/node-answer/classify.ts';
import type { Address, BlockHash, BlockRef, ChainId, Hex, TxHash } from '../../domain/primitives.ts';

/** An answer to one item of a batch: what was asked, or what the node (or the way to it) said instead. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: NodeError };

export interface Block extends BlockRef {
  readonly parentHash: BlockHash;
  readonly timestampSeconds: number;
  /** null on a chain without EIP-1559. */
  readonly baseFeePerGasWei: bigint | null;
  readonly transactionHashes: readonly TxHash[];
}

/** A mined transaction, as far as it says whose nonce it used. */
export interface MinedTransaction {
  readonly hash: TxHash;
  readonly from: Address;
  readonly nonce: number;
}

/** The bytes of a transaction that a node shows, whoever sent it. Nothing of them is to be believed before they were recovered. */
export interface FoundBytes {
  readonly raw: Hex;
  /** Null while it waits in the node's pool. */
  readonly block: BlockRef | null;
}

export interface BlockContents extends BlockRef {
  readonly parentHash: BlockHash;
  readonly transactions: readonly MinedTransaction[];
}

export interface Receipt {
  readonly hash: TxHash;
  readonly block: BlockRef;
  readonly succeeded: boolean;
  /** What it cost: gas used × effective gas price. Null where the node does not say it, as before EIP-1559; nothing is decided by it. */
  readonly feeWei: bigint | null;
}

export interface AccountState {
  readonly nonce: number;
  readonly balanceWei: bigint;
}

export interface Call {
  readonly from: Address;
  readonly to: Address | null;
  readonly valueWei: bigint;
  readonly data: Hex;
}

export interface FeeHistory {
  /** Base fee of the block after the newest one; null on a chain without EIP-1559. */
  readonly nextBaseFeePerGasWei: bigint | null;
  /** Tips that recent blocks took (a percentile of each), newest last; may be empty. */
  readonly recentTipsWei: readonly bigint[];
  /** `eth_gasPrice`, used on chains without EIP-1559. */
  readonly gasPriceWei: bigint | null;
}

export interface ChainIdentity {
  readonly chainId: ChainId;
  readonly genesisHash: BlockHash;
  readonly clientVersion: string;
}

/**
 * One chain, behind however many endpoints. Every method gives an outcome for each item and never throws for what a node says or does;
 * a whole batch that did not get through is the same error for each of its items. Each batch of a call is cut after the configured time-out,
 * and the call ends with it: what was answered before is kept.
 */
export interface ChainNode {
  /** `eth_sendRawTransaction` in JSON-RPC batches, in order, none behind one that got no answer. The hash that a node answers is no proof of anything. */
  send(raw: readonly Hex[], signal?: AbortSignal): Promise<readonly Answer<TxHash>[]>;
  head(): Promise<Answer<Block>>;
  /** null: the node has no such block. */
  block(which: BlockHash | number): Promise<Answer<Block | null>>;
  /** The next block by number and the present one at the cursor's height, in one batch: what each turn of a tracker asks. */
  around(cursorNumber: number): Promise<Answer<{ readonly at: Block | null; readonly next: Block | null }>>;
  /** A block with its transactions, much larger than `block`: only for whoever looks for the user of a nonce. null: the node has no such block. */
  contents(block: BlockHash): Promise<Answer<BlockContents | null>>;
  /** null: no receipt. Counts only with the block hash that it names. */
  receipts(hashes: readonly TxHash[]): Promise<readonly Answer<Receipt | null>[]>;
  lookUp(hashes: readonly TxHash[]): Promise<readonly Answer<'mined' | 'pending' | 'unknown'>[]>;
  /** null: the node does not know it, or it is of a type that this service never signs. */
  signedBytes(hashes: readonly TxHash[]): Promise<readonly Answer<FoundBytes | null>[]>;
  /**
   * Nonce count and balance at a block (EIP-1898 by hash), or at the node's latest one. `pending` counts what its pool could mine next as
   * well: for people who look, never for what is decided (docs/rules.md, failure 15).
   */
  accounts(
    addresses: readonly Address[],
    at: BlockHash | 'latest' | 'pending',
  ): Promise<readonly Answer<AccountState>[]>;
  hasCode(addresses: readonly Address[]): Promise<readonly Answer<boolean>[]>;
  /** `eth_estimateGas` on `pending`, without fee fields. A revert is an error whose `data` holds the reason. */
  estimate(calls: readonly Call[]): Promise<readonly Answer<bigint>[]>;
  feeHistory(): Promise<Answer<FeeHistory>>;
  identity(): Promise<Answer<ChainIdentity>>;
}
