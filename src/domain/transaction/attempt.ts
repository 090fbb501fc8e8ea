import type { NodeErrorClass } from '../node-answer/node-error-class.ts';
import type { Address, ChainId, Hex, HolderId, Millis, TxHash } from '../primitives.ts';

/** `original`: what was asked for; `replacement`: the same at other fees; `cancel`: a self-transfer in its place; `fill`: a filler's. */
export type AttemptKind = 'original' | 'replacement' | 'cancel' | 'fill';

/**
 * Where an attempt stands. `live`: it may yet be mined. `confirmed`/`reverted`: it was, at depth. `superseded`: another attempt of the
 * same transaction was. `lost`: its nonce is final under a hash that is none of the transaction's.
 */
export type AttemptOutcome = 'live' | 'confirmed' | 'reverted' | 'superseded' | 'lost';

/** Everything that is signed (EIP-1559 type 2, or legacy with `gasPrice` where the chain has no base fee). */
export interface UnsignedTransaction {
  readonly type: 'eip1559' | 'legacy';
  readonly chainId: ChainId;
  readonly nonce: number;
  readonly to: Address | null;
  readonly valueWei: bigint;
  readonly data: Hex;
  readonly gasLimit: bigint;
  /** For `legacy` this is the gas price. */
  readonly maxFeePerGasWei: bigint;
  /** For `legacy` the same as maxFeePerGasWei. */
  readonly maxPriorityFeePerGasWei: bigint;
}

/** One signed byte string on record, without the bytes themselves. */
export interface Attempt {
  readonly hash: TxHash;
  readonly holderId: HolderId;
  readonly kind: AttemptKind;
  readonly revision: number;
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly maxFeePerGasWei: bigint;
  readonly maxPriorityFeePerGasWei: bigint;
  readonly signedAt: Millis;
  /** Start of the send whose answer is not on record yet, or null. */
  readonly sendingSince: Millis | null;
  /** When a node first said that it has these bytes. */
  readonly publishedAt: Millis | null;
  /** How often in a row a node that had taken the bytes did not know them. */
  readonly unknownLooks: number;
  /** Class of the node's last answer to these bytes where it was an error (node-answer/), or null. */
  readonly errorClass: NodeErrorClass | null;
}
