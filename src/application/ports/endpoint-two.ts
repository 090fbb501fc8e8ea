import type { Hex, HolderId } from '../../domain/primitives.ts';

export interface SubmitItem {
  /** A transaction's id or a filler's. */
  readonly transactionId: HolderId;
  readonly rawTransaction: Hex;
}

export type RefusalCode =
  | 'not_found'
  | 'malformed'
  | 'wrong_signer'
  | 'wrong_chain'
  | 'wrong_nonce'
  | 'nonce_not_held'
  | 'wrong_field'
  | 'not_on_record'
  | 'not_newest'
  | 'not_open';

export type SubmitOutcome =
  /** A node has it. */
  | { readonly transactionId: HolderId; readonly outcome: 'accepted' }
  /** Checked; no node's word yet, or above the window: the record knows how to go on. */
  | { readonly transactionId: HolderId; readonly outcome: 'pending' }
  /** Against the record. Never harms the transaction that it names. */
  | { readonly transactionId: HolderId; readonly outcome: 'refused'; readonly code: RefusalCode };

/** Where the signing side hands over signed bytes. `notReached` (our own trouble) is never counted against a transaction. */
export interface EndpointTwo {
  submit(
    items: readonly SubmitItem[],
  ): Promise<
    | { readonly kind: 'answered'; readonly results: readonly SubmitOutcome[] }
    | { readonly kind: 'notReached'; readonly message: string }
  >;
}
