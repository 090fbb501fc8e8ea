import type { BlockContents, MinedTransaction } from '../../../../../application/ports/chain-node.ts';
import type { Address, BlockHash } from '../../../../../domain/primitives.ts';
import { demand } from './malformed.ts';
import { blockHash, bytes, list, record, smallQuantity, txHash } from './scalars.ts';

/** A block with whole transactions. Those without a nonce (a rollup's deposits) use none of anybody's. */
export function contentsOf(asked: BlockHash): (value: unknown) => BlockContents | null {
  return (value) => {
    if (value === null) return null;
    const fields = record(value, 'block');
    const hash = blockHash(fields['hash'], 'block.hash');
    demand(hash === asked, 'it is another block than the one asked for');
    return {
      number: smallQuantity(fields['number'], 'block.number'),
      hash,
      parentHash: blockHash(fields['parentHash'], 'block.parentHash'),
      transactions: list(fields['transactions'], 'block.transactions').flatMap(transaction),
    };
  };
}

function transaction(value: unknown): MinedTransaction | readonly MinedTransaction[] {
  const { hash, from, nonce } = record(value, 'a transaction');
  if (nonce === undefined || nonce === null) return [];
  return {
    hash: txHash(hash, 'transaction.hash'),
    from: bytes(from, 'transaction.from') as Address,
    nonce: smallQuantity(nonce, 'transaction.nonce'),
  };
}
