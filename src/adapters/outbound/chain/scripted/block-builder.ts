import type { AccountState, Receipt } from '../../../../application/ports/chain-node.ts';
import type { NodeError } from '../../../../domain/node-answer/classify.ts';
import type { Address, TxHash } from '../../../../domain/primitives.ts';
import type { BlockContents, TreeBlock } from './block-tree.ts';
import type { DecodedTransaction } from './decoded-transaction.ts';
import { gasPriceWei, highestCostWei, TRANSFER_GAS } from './gas.ts';
import { insufficientFunds, nonceTooLow } from './refusals.ts';

const UNTOUCHED: AccountState = { nonce: 0, balanceWei: 0n };

export const accountIn = (accounts: ReadonlyMap<Address, AccountState>, address: Address): AccountState =>
  accounts.get(address) ?? UNTOUCHED;

/** The next block on top of a parent: holds to the chain's own rule, that a sender's nonces are mined once each and in order. */
export class BlockBuilder {
  readonly #accounts: Map<Address, AccountState>;
  readonly #transactions = new Map<TxHash, Pick<Receipt, 'succeeded' | 'feeWei'>>();
  readonly #baseFeePerGasWei: bigint | null;

  constructor(parent: TreeBlock, baseFeePerGasWei: bigint | null) {
    this.#accounts = new Map(parent.accounts);
    this.#baseFeePerGasWei = baseFeePerGasWei;
  }

  /** Why this block cannot hold it; null: it can. */
  objection(transaction: DecodedTransaction): NodeError | null {
    const { nonce, balanceWei } = this.#account(transaction.from);
    if (transaction.nonce < nonce) return nonceTooLow(nonce, transaction.nonce);
    if (transaction.nonce > nonce)
      return { message: `nonce too high: next nonce ${nonce}, tx nonce ${transaction.nonce}` };
    if (highestCostWei(transaction) > balanceWei) return insufficientFunds(balanceWei, transaction);
    if (this.#baseFeePerGasWei !== null && transaction.maxFeePerGasWei < this.#baseFeePerGasWei)
      return { message: 'max fee per gas less than block base fee' };
    return null;
  }

  /** Without looking at `objection` first. A reverted one costs gas and its nonce, and moves nothing. */
  include(transaction: DecodedTransaction, succeeds: boolean): void {
    const { from, to, valueWei, hash } = transaction;
    const sender = this.#account(from);
    const movedWei = succeeds ? valueWei : 0n;
    const feeWei = TRANSFER_GAS * gasPriceWei(transaction, this.#baseFeePerGasWei);
    this.#accounts.set(from, { nonce: sender.nonce + 1, balanceWei: sender.balanceWei - movedWei - feeWei });
    if (to !== null)
      this.#accounts.set(to, { ...this.#account(to), balanceWei: this.#account(to).balanceWei + movedWei });
    this.#transactions.set(hash, { succeeded: succeeds, feeWei });
  }

  contents(): BlockContents {
    return {
      baseFeePerGasWei: this.#baseFeePerGasWei,
      accounts: this.#accounts,
      transactions: this.#transactions,
    };
  }

  #account(address: Address): AccountState {
    return accountIn(this.#accounts, address);
  }
}
