import type { Block } from '../../../../../application/ports/chain-node.ts';
import type { BlockHash } from '../../../../../domain/primitives.ts';
import { demand } from './malformed.ts';
import { blockHash, list, quantity, record, smallQuantity, txHash } from './scalars.ts';

/** A block with its transactions' hashes; a pending one (no hash) is malformed. */
export function block(value: unknown): Block {
  const fields = record(value, 'block');
  const baseFee = fields['baseFeePerGas'];
  return {
    number: smallQuantity(fields['number'], 'block.number'),
    hash: blockHash(fields['hash'], 'block.hash'),
    parentHash: blockHash(fields['parentHash'], 'block.parentHash'),
    timestampSeconds: smallQuantity(fields['timestamp'], 'block.timestamp'),
    baseFeePerGasWei: baseFee === undefined || baseFee === null ? null : quantity(baseFee, 'block.baseFeePerGas'),
    transactionHashes: list(fields['transactions'], 'block.transactions').map((one) =>
      txHash(one, 'a transaction hash'),
    ),
  };
}

/** The block that was asked for, or null; any other is no answer. */
export function blockAsked(which: BlockHash | number): (value: unknown) => Block | null {
  return (value) => {
    if (value === null) return null;
    const found = block(value);
    demand(
      (typeof which === 'number' ? found.number : found.hash) === which,
      'it is another block than the one asked for',
    );
    return found;
  };
}
