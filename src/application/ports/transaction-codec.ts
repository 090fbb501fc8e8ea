import type { Address, Hex, TxHash } from '../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../domain/transaction/attempt.ts';
import type { Signature } from './signer.ts';

export interface SignedBytes {
  readonly raw: Hex;
  readonly hash: TxHash;
}

export type Recovered =
  | {
      readonly kind: 'recovered';
      readonly unsigned: UnsignedTransaction;
      readonly from: Address;
      readonly hash: TxHash;
    }
  /** No transaction, another type, trailing bytes, high S, a signature that recovers nothing. */
  | { readonly kind: 'malformed'; readonly message: string };

/** EIP-2718 envelopes of type 2 (EIP-1559) and legacy with EIP-155. Batches, so that threads can stand behind it. */
export interface TransactionCodec {
  /** keccak256 of what is to be signed, 32 bytes each, in order. */
  digests(unsigned: readonly UnsignedTransaction[]): Promise<readonly Uint8Array[]>;
  assemble(unsigned: readonly UnsignedTransaction[], signatures: readonly Signature[]): Promise<readonly SignedBytes[]>;
  /** Strict: bytes that would not serialise to themselves again are malformed. Never throws for an item's sake. */
  recover(raw: readonly Hex[]): Promise<readonly Recovered[]>;
}
