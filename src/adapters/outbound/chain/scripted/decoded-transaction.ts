import type { TransactionCodec } from '../../../../application/ports/transaction-codec.ts';
import type { Address, Hex, TxHash } from '../../../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../../../domain/transaction/attempt.ts';

export interface DecodedTransaction extends UnsignedTransaction {
  readonly hash: TxHash;
  readonly from: Address;
}

/** Raw bytes as a transaction; null: they are none. */
export type Decode = (raw: Hex) => DecodedTransaction | null | Promise<DecodedTransaction | null>;

/** Real bytes, by the project's own codec; a simulation may use any other bytes that it can read again. */
export function decodeWith(codec: Pick<TransactionCodec, 'recover'>): Decode {
  return async (raw) => {
    const [recovered] = await codec.recover([raw]);
    if (recovered?.kind !== 'recovered') return null;
    return { ...recovered.unsigned, hash: recovered.hash, from: recovered.from };
  };
}
