import type { TxHash } from '../../../../../domain/primitives.ts';
import { demand } from './malformed.ts';
import { blockHash, record, txHash } from './scalars.ts';

/** `eth_getTransactionByHash`: in a block, without one, or not there at all. */
export function whereaboutsOf(asked: TxHash): (value: unknown) => 'mined' | 'pending' | 'unknown' {
  return (value) => {
    if (value === null) return 'unknown';
    const fields = record(value, 'transaction');
    demand(txHash(fields['hash'], 'transaction.hash') === asked, 'it is another transaction');
    const block = fields['blockHash'];
    if (block === null || block === undefined) return 'pending';
    blockHash(block, 'transaction.blockHash');
    return 'mined';
  };
}
