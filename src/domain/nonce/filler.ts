import type { Address, BlockRef, ChainId, FillerId, Millis, TxHash } from '../primitives.ts';

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
