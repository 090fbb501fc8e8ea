import type { Address, ChainId, TxHash } from '../primitives.ts';
import type { UnsignedTransaction } from '../transaction/attempt.ts';
import type { TransactionRequest } from '../transaction/request.ts';

/** What signed bytes say, recovered by whoever is to send them: nothing is trusted but the signature. */
export interface RecoveredBytes {
  readonly unsigned: UnsignedTransaction;
  readonly from: Address;
  readonly hash: TxHash;
}

/** What the record asks for. */
export interface ExpectedBytes {
  readonly chainId: ChainId;
  readonly signer: Address;
  readonly heldNonce: number | null;
  /** The newest attempt on record, and the revision that it was signed from. */
  readonly attempt: { readonly hash: TxHash; readonly revision: number } | null;
  readonly revision: number;
  readonly request: Pick<
    TransactionRequest,
    'to' | 'valueWei' | 'data' | 'gasLimit' | 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'
  >;
}

export type BytesRefusal =
  'wrong_signer' | 'wrong_chain' | 'wrong_nonce' | 'nonce_not_held' | 'wrong_field' | 'not_on_record' | 'not_newest';

/**
 * Signature, signer, chain id, nonce, and that every field still equals what the client asked for, or what an operator's
 * edit on record made of it. Null: these bytes and no others may be sent. Bytes of a row that does not hold their nonce are never sent.
 */
export function checkBytes(bytes: RecoveredBytes, expected: ExpectedBytes): BytesRefusal | null {
  const { unsigned } = bytes;
  const { attempt, request } = expected;
  if (bytes.from !== expected.signer) return 'wrong_signer';
  if (unsigned.chainId !== expected.chainId) return 'wrong_chain';
  if (expected.heldNonce === null) return 'nonce_not_held';
  if (unsigned.nonce !== expected.heldNonce) return 'wrong_nonce';
  if (unsigned.to !== request.to || unsigned.valueWei !== request.valueWei || unsigned.data !== request.data)
    return 'wrong_field';
  if (request.gasLimit !== null && unsigned.gasLimit !== request.gasLimit) return 'wrong_field';
  if (above(unsigned.maxFeePerGasWei, request.maxFeePerGasWei)) return 'wrong_field';
  if (unsigned.type === 'eip1559' && above(unsigned.maxPriorityFeePerGasWei, request.maxPriorityFeePerGasWei))
    return 'wrong_field';
  if (attempt === null) return 'not_on_record';
  if (attempt.revision !== expected.revision) return 'not_newest';
  return attempt.hash === bytes.hash ? null : 'not_on_record';
}

const above = (value: bigint, cap: bigint | null): boolean => cap !== null && value > cap;
