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
} from '../../../application/ports/chain-node.ts';
import type { NodeError } from '../../../domain/node-answer/classify.ts';
import type { Address, BlockHash, Hex, TxHash } from '../../../domain/primitives.ts';
import { admit } from './scripted/admission.ts';
import { accountIn } from './scripted/block-builder.ts';
import { ancestor, type TreeBlock } from './scripted/block-tree.ts';
import type { ScriptedChain } from './scripted/chain.ts';
import { estimateGas } from './scripted/estimate-gas.ts';
import { UNKNOWN_BLOCK } from './scripted/refusals.ts';
import { failing, type Method, type Result, Script } from './scripted/script.ts';
import { HONEST, type HandedItem, type SendBehaviour, TIMED_OUT } from './scripted/send-behaviour.ts';

/**
 * An endpoint of a scripted chain: honest, but where its script says otherwise. `script` changes answers, `behave` says what becomes of
 * bytes, `show` makes it an endpoint that is behind, `outage` one that is away.
 */
export class ScriptedNode implements ChainNode {
  readonly script = new Script();
  /** What was asked of it, in order: how many items, for methods that take a batch. */
  readonly calls: { readonly method: Method; readonly items: number }[] = [];
  readonly #chain: ScriptedChain;
  #shown: TreeBlock | null = null;
  #outage: NodeError | null = null;
  #behaviour: (item: HandedItem) => SendBehaviour = () => HONEST;

  constructor(chain: ScriptedChain) {
    this.#chain = chain;
  }

  /** What becomes of each item that arrives from now on; null: what an honest node does. */
  behave(behaviour: SendBehaviour | ((item: HandedItem) => SendBehaviour) | null): void {
    if (typeof behaviour === 'function') this.#behaviour = behaviour;
    else this.#behaviour = () => behaviour ?? HONEST;
  }

  /** Whatever block was ever made, as if nothing had come after it; null: the newest. */
  show(former: BlockHash | null): void {
    const block = former === null ? null : this.#chain.tree.find(former);
    if (block === undefined) throw new Error('there never was such a block');
    this.#shown = block;
  }

  /** From now on every call is this error, and nothing arrives; null: it is back. */
  outage(error: NodeError | null): void {
    this.#outage = error;
  }

  async send(raw: readonly Hex[], signal?: AbortSignal): Promise<readonly Answer<TxHash>[]> {
    if (signal?.aborted) return raw.map(() => ({ ok: false, error: TIMED_OUT }));
    this.calls.push({ method: 'send', items: raw.length });
    const outage = this.#outage;
    if (outage !== null) return raw.map(() => ({ ok: false, error: outage }));
    const answers: Answer<TxHash>[] = [];
    for (const one of raw) answers.push(await this.#take(one));
    return this.script.apply('send', answers);
  }

  async head(): Promise<Answer<Block>> {
    return this.#answer('head', 1, () => ({ ok: true, value: this.#head.block }));
  }

  async block(which: BlockHash | number): Promise<Answer<Block | null>> {
    return this.#answer('block', 1, () => ({
      ok: true,
      value: (typeof which === 'number' ? ancestor(this.#head, which) : this.#find(which))?.block ?? null,
    }));
  }

  async around(cursorNumber: number): Promise<Answer<{ readonly at: Block | null; readonly next: Block | null }>> {
    return this.#answer('around', 1, () => ({
      ok: true,
      value: {
        at: ancestor(this.#head, cursorNumber)?.block ?? null,
        next: ancestor(this.#head, cursorNumber + 1)?.block ?? null,
      },
    }));
  }

  async contents(hash: BlockHash): Promise<Answer<BlockContents | null>> {
    return this.#answer('contents', 1, () => {
      const found = this.#find(hash);
      if (found === null) return { ok: true, value: null };
      const { number, parentHash, transactionHashes } = found.block;
      const transactions = transactionHashes.map((one) => this.#chain.mined(one));
      return { ok: true, value: { number, hash, parentHash, transactions } };
    });
  }

  async receipts(hashes: readonly TxHash[]): Promise<readonly Answer<Receipt | null>[]> {
    return this.#answer('receipts', hashes.length, () =>
      hashes.map((hash) => ({ ok: true, value: this.#receipt(hash) })),
    );
  }

  async lookUp(hashes: readonly TxHash[]): Promise<readonly Answer<'mined' | 'pending' | 'unknown'>[]> {
    return this.#answer('lookUp', hashes.length, () =>
      hashes.map((hash) => {
        if (this.#receipt(hash) !== null) return { ok: true, value: 'mined' };
        return { ok: true, value: this.#chain.mempool.has(hash) ? 'pending' : 'unknown' };
      }),
    );
  }

  async signedBytes(hashes: readonly TxHash[]): Promise<readonly Answer<FoundBytes | null>[]> {
    return this.#answer('signedBytes', hashes.length, () =>
      hashes.map((hash) => {
        const block = this.#receipt(hash)?.block ?? null;
        const raw = this.#chain.rawOf(hash);
        const isKnown = raw !== null && (block !== null || this.#chain.mempool.has(hash));
        return { ok: true, value: isKnown ? { raw, block } : null };
      }),
    );
  }

  async accounts(
    addresses: readonly Address[],
    at: BlockHash | 'latest' | 'pending',
  ): Promise<readonly Answer<AccountState>[]> {
    const block = at === 'latest' || at === 'pending' ? this.#head : this.#find(at);
    return this.#answer('accounts', addresses.length, () =>
      addresses.map((address) => {
        if (block === null) return { ok: false, error: UNKNOWN_BLOCK };
        const account = accountIn(block.accounts, address);
        const nonce = at === 'pending' ? this.#chain.mempool.nextAfter(address, account.nonce) : account.nonce;
        return { ok: true, value: { ...account, nonce } };
      }),
    );
  }

  async hasCode(addresses: readonly Address[]): Promise<readonly Answer<boolean>[]> {
    return this.#answer('hasCode', addresses.length, () =>
      addresses.map((address) => ({ ok: true, value: this.#chain.code.has(address) })),
    );
  }

  async estimate(calls: readonly Call[]): Promise<readonly Answer<bigint>[]> {
    return this.#answer('estimate', calls.length, () =>
      calls.map((call) => estimateGas(this.#chain, this.#head, call)),
    );
  }

  async feeHistory(): Promise<Answer<FeeHistory>> {
    const { baseFeePerGasWei, recentTipsWei } = this.#chain;
    return this.#answer('feeHistory', 1, () => ({
      ok: true,
      value:
        baseFeePerGasWei === null
          ? { nextBaseFeePerGasWei: null, recentTipsWei: [], gasPriceWei: 1_000_000_000n }
          : { nextBaseFeePerGasWei: baseFeePerGasWei, recentTipsWei, gasPriceWei: null },
    }));
  }

  async identity(): Promise<Answer<ChainIdentity>> {
    const { chainId, genesis } = this.#chain;
    return this.#answer('identity', 1, () => ({
      ok: true,
      value: { chainId, genesisHash: genesis.block.hash, clientVersion: 'scripted' },
    }));
  }

  get #head(): TreeBlock {
    return this.#shown ?? this.#chain.tip;
  }

  /** By hash also on other branches, but nothing that was made after the head that it shows. */
  #find(hash: BlockHash): TreeBlock | null {
    const block = this.#chain.tree.find(hash);
    return block === undefined || (this.#shown !== null && block.sequence > this.#shown.sequence) ? null : block;
  }

  #receipt(hash: TxHash): Receipt | null {
    return this.#chain.tree.receiptOn(this.#head, hash);
  }

  async #take(raw: Hex): Promise<Answer<TxHash>> {
    const transaction = await this.#chain.hand(raw);
    const times = this.#chain.timesHanded(raw);
    const { takes, answers } = this.#behaviour({ raw, transaction, times });
    const refusal = takes ? admit(this.#chain, transaction) : null;
    if (typeof answers === 'object') return { ok: false, error: answers };
    if (answers === 'honest' && refusal !== null) return { ok: false, error: refusal };
    if (transaction === null) return { ok: false, error: TIMED_OUT };
    return { ok: true, value: transaction.hash };
  }

  #answer<Of extends Method>(method: Of, items: number, honest: () => Result<Of>): Result<Of> {
    this.calls.push({ method, items });
    return this.script.apply(method, this.#outage === null ? honest() : failing<Result<Of>>(this.#outage)(honest()));
  }
}
