import { serializeTransaction, type TransactionSerializable } from 'viem';
import type { FoundBytes } from '../../../../../application/ports/chain-node.ts';
import type { Hex, TxHash } from '../../../../../domain/primitives.ts';
import { demand } from './malformed.ts';
import { blockHash, bytes, quantity, record, smallQuantity, txHash } from './scalars.ts';

/**
 * `eth_getTransactionByHash`, put together again as the bytes that were signed: every node answers that call, and few the one for raw bytes.
 * Null for types that this service never signs. Whoever uses the bytes compares their hash, so nothing of it has to be believed.
 */
export function signedBytesOf(asked: TxHash): (value: unknown) => FoundBytes | null {
  return (value) => {
    if (value === null) return null;
    const fields = record(value, 'transaction');
    demand(txHash(fields['hash'], 'transaction.hash') === asked, 'it is another transaction');
    const type =
      fields['type'] === undefined || fields['type'] === null ? 0 : smallQuantity(fields['type'], 'transaction.type');
    if (type !== 0 && type !== 2) return null;
    const block =
      fields['blockHash'] === null || fields['blockHash'] === undefined
        ? null
        : {
            number: smallQuantity(fields['blockNumber'], 'transaction.blockNumber'),
            hash: blockHash(fields['blockHash'], 'transaction.blockHash'),
          };
    return { raw: serialized(fields, type), block };
  };
}

function serialized(fields: Readonly<Record<string, unknown>>, type: 0 | 2): Hex {
  const amount = (name: string): bigint => quantity(fields[name], `transaction.${name}`);
  const to = fields['to'];
  const chainId = fields['chainId'];
  const common = {
    nonce: smallQuantity(fields['nonce'], 'transaction.nonce'),
    gas: amount('gas'),
    value: amount('value'),
    data: bytes(fields['input'], 'transaction.input'),
    ...(to === null || to === undefined ? {} : { to: bytes(to, 'transaction.to') }),
    ...(chainId === null || chainId === undefined ? {} : { chainId: smallQuantity(chainId, 'transaction.chainId') }),
  };
  const v = amount('v');
  const word = (name: string): Hex => `0x${amount(name).toString(16).padStart(64, '0')}`;
  const signature = { r: word('r'), s: word('s'), v, ...(type === 2 ? { yParity: Number(v & 1n) } : {}) };
  const typed =
    type === 0
      ? { ...common, type: 'legacy', gasPrice: amount('gasPrice') }
      : {
          ...common,
          type: 'eip1559',
          maxFeePerGas: amount('maxFeePerGas'),
          maxPriorityFeePerGas: amount('maxPriorityFeePerGas'),
          accessList: fields['accessList'] ?? [],
        };
  return serializeTransaction(typed as TransactionSerializable, signature);
}
