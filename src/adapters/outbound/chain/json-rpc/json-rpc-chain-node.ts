import type {
  AccountState,
  Answer,
  Block,
  BlockContents,
  Call,
  ChainIdentity,
  ChainNode,
  FeeHistory,
  FoundBytes,
  Receipt,
} from '../../../../application/ports/chain-node.ts';
import type { Address, BlockHash, Hex, TxHash } from '../../../../domain/primitives.ts';
import { Bulk } from './bulk.ts';
import { accounts } from './methods/accounts.ts';
import { around, block, contents, head } from './methods/blocks.ts';
import { estimate } from './methods/estimate.ts';
import { feeHistory } from './methods/fee-history.ts';
import { identity } from './methods/identity.ts';
import { parsed } from './parse/malformed.ts';
import { receiptOf } from './parse/receipt.ts';
import { bytes, txHash } from './parse/scalars.ts';
import { signedBytesOf } from './parse/signed-bytes.ts';
import { whereaboutsOf } from './parse/whereabouts.ts';
import { JsonRpcProvider } from './provider.ts';
import { Web3Calls } from './web3-calls.ts';

/** Four batches at once, and room beside them for the tracker's calls, which must not wait behind a burst of sends. */
const CONNECTIONS = 8;
/** More than any block's hashes, or the receipts of a full block with all its logs (about 15 MiB at 60 million gas). */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

export interface JsonRpcChainNodeOptions {
  /** http(s); `user:password@` becomes Basic authentication. */
  readonly url: string;
  /** `RPC_TIMEOUT_MS`: what one HTTP request may take, whatever the node does. */
  readonly timeoutMs: number;
  readonly connections?: number;
  readonly maxResponseBytes?: number;
  /** Shutdown: what is under way then, and every later call, is a `timeout`. */
  readonly signal?: AbortSignal;
}

/** One endpoint of a chain. */
export class JsonRpcChainNode implements ChainNode {
  readonly #provider: JsonRpcProvider;
  readonly #calls: Web3Calls;
  readonly #bulk: Bulk;

  constructor(options: JsonRpcChainNodeOptions) {
    this.#provider = new JsonRpcProvider({
      connections: CONNECTIONS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...options,
    });
    this.#calls = new Web3Calls(this.#provider);
    this.#bulk = new Bulk(this.#provider);
  }

  async send(raw: readonly Hex[], signal?: AbortSignal): Promise<readonly Answer<TxHash>[]> {
    const answers = await this.#bulk.askInOrder(
      raw.map((one) => ({ method: 'eth_sendRawTransaction', params: [one] })),
      signal,
    );
    return answers.map((answer) => parsed(answer, (value) => txHash(value, 'the transaction hash')));
  }

  async head(): Promise<Answer<Block>> {
    return head(this.#calls);
  }

  async block(which: BlockHash | number): Promise<Answer<Block | null>> {
    return block(this.#calls, which);
  }

  async around(cursorNumber: number): Promise<Answer<{ readonly at: Block | null; readonly next: Block | null }>> {
    return around(this.#provider, cursorNumber);
  }

  async contents(hash: BlockHash): Promise<Answer<BlockContents | null>> {
    return contents(this.#calls, hash);
  }

  async receipts(hashes: readonly TxHash[]): Promise<readonly Answer<Receipt | null>[]> {
    const answers = await this.#bulk.ask(hashes.map((one) => ({ method: 'eth_getTransactionReceipt', params: [one] })));
    return answers.map((answer, index) => parsed(answer, receiptOf(hashes[index] as TxHash)));
  }

  async lookUp(hashes: readonly TxHash[]): Promise<readonly Answer<'mined' | 'pending' | 'unknown'>[]> {
    const answers = await this.#bulk.ask(hashes.map((one) => ({ method: 'eth_getTransactionByHash', params: [one] })));
    return answers.map((answer, index) => parsed(answer, whereaboutsOf(hashes[index] as TxHash)));
  }

  async signedBytes(hashes: readonly TxHash[]): Promise<readonly Answer<FoundBytes | null>[]> {
    const answers = await this.#bulk.ask(hashes.map((one) => ({ method: 'eth_getTransactionByHash', params: [one] })));
    return answers.map((answer, index) => parsed(answer, signedBytesOf(hashes[index] as TxHash)));
  }

  async accounts(
    addresses: readonly Address[],
    at: BlockHash | 'latest' | 'pending',
  ): Promise<readonly Answer<AccountState>[]> {
    return accounts(this.#bulk, addresses, at);
  }

  async hasCode(addresses: readonly Address[]): Promise<readonly Answer<boolean>[]> {
    const answers = await this.#bulk.ask(
      addresses.map((address) => ({ method: 'eth_getCode', params: [address, 'latest'] })),
    );
    return answers.map((answer) => parsed(answer, (value) => bytes(value, 'the code') !== '0x'));
  }

  async estimate(calls: readonly Call[]): Promise<readonly Answer<bigint>[]> {
    return estimate(this.#bulk, calls);
  }

  async feeHistory(): Promise<Answer<FeeHistory>> {
    return feeHistory(this.#calls);
  }

  async identity(): Promise<Answer<ChainIdentity>> {
    return identity(this.#calls);
  }

  /** Ends all sockets; calls under way answer `timeout`. */
  async close(): Promise<void> {
    await this.#provider.close();
  }
}
