import type { Receipt } from '../../../../../application/ports/chain-node.ts';
import type { TxHash } from '../../../../../domain/primitives.ts';
import { demand, Malformed } from './malformed.ts';
import { blockHash, quantity, record, smallQuantity, txHash } from './scalars.ts';

/** The receipt of this very transaction, or null. One without a block (some clients make up receipts of pending transactions) is none. */
export function receiptOf(asked: TxHash): (value: unknown) => Receipt | null {
  return (value) => {
    if (value === null) return null;
    const fields = record(value, 'receipt');
    demand(
      txHash(fields['transactionHash'], 'receipt.transactionHash') === asked,
      'it is the receipt of another transaction',
    );
    if (fields['blockHash'] === null) return null;
    const status = smallQuantity(fields['status'], 'receipt.status');
    demand(status === 0 || status === 1, 'receipt.status is neither 0 nor 1');
    return {
      hash: asked,
      block: {
        number: smallQuantity(fields['blockNumber'], 'receipt.blockNumber'),
        hash: blockHash(fields['blockHash'], 'receipt.blockHash'),
      },
      succeeded: status === 1,
      feeWei: feeOf(fields),
    };
  };
}

/** No more than a figure: a receipt without it is a receipt, or a chain's own spelling would keep its transactions from becoming final. */
function feeOf({ gasUsed, effectiveGasPrice }: Readonly<Record<string, unknown>>): bigint | null {
  try {
    return quantity(gasUsed, 'receipt.gasUsed') * quantity(effectiveGasPrice, 'receipt.effectiveGasPrice');
  } catch (cause) {
    if (cause instanceof Malformed) return null;
    throw cause;
  }
}
