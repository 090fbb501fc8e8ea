import type { Address, BlockRef, ChainId, FillerId, Millis, SignerKey, TxHash } from '../primitives.ts';
import { PLAIN_TRANSFER_GAS, type TransactionRequest } from '../transaction/request.ts';

/**
 * A zero-value transfer to self that closes a hole (invariant 4). It holds its nonce until the nonce is final, has attempts of its own
 * and never fails: no retry limit applies.
 */
export interface FillerState {
  readonly id: FillerId;
  readonly chainId: ChainId;
  readonly signer: Address;
  readonly nonce: number;
  readonly version: number;
  /** `reserved`: no bytes yet; `open`: signed; `included`: seen in a block; `done`/`lost`: its nonce is final by its own or other bytes. */
  readonly status: 'reserved' | 'open' | 'included' | 'done' | 'lost';
  readonly inclusion: { readonly block: BlockRef; readonly hash: TxHash } | null;
  readonly attemptHash: TxHash | null;
  readonly tries: number;
  readonly dueAt: Millis | null;
}

export const isFinished = (filler: FillerState): boolean => filler.status === 'done' || filler.status === 'lost';

/** A filler's bytes: nothing, to itself. */
export const fillerRequest = ({ address }: SignerKey): TransactionRequest => ({
  to: address,
  valueWei: 0n,
  data: '0x',
  gasLimit: PLAIN_TRANSFER_GAS,
  maxFeePerGasWei: null,
  maxPriorityFeePerGasWei: null,
});
