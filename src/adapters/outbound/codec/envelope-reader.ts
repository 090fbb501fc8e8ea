import type { Address, ChainId, Hex } from '../../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import { RlpError, RlpListReader } from './rlp-reader.ts';
import { rlpInteger } from './rlp-writer.ts';

/** A signed transaction taken apart; whose signature it is remains to be seen. */
export interface Envelope {
  readonly unsigned: UnsignedTransaction;
  /** What was signed: `signingPayload(unsigned)`, made from the bytes read without writing them anew. */
  readonly signingPayload: Buffer;
  /** r ‖ s, 32 bytes each. */
  readonly compactSignature: Buffer;
  readonly recoveryId: 0 | 1;
}

const TYPE_EIP1559 = 0x02;
/** Half of the curve's order, the largest s that EIP-2 allows. */
const HALF_ORDER = Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex');
const SIGNED_EMPTY_FIELDS = Buffer.from('8080', 'hex');

/** Throws RlpError for anything but one signed transaction of type 2 (access list empty) or legacy with EIP-155, in its only encoding. */
export function readEnvelope(bytes: Buffer): Envelope {
  const first = bytes[0];
  if (first === undefined) throw new RlpError('no bytes');
  if (first === TYPE_EIP1559) return readEip1559(bytes);
  if (first >= 0xc0) return readLegacy(bytes);
  throw new RlpError(`no transaction of type 2 or legacy: it begins with byte ${first}`);
}

function readEip1559(bytes: Buffer): Envelope {
  const list = new RlpListReader(bytes, 1);
  const begin = list.position;
  const chainId = readChainId(list.number());
  const nonce = list.number();
  const maxPriorityFeePerGasWei = list.bigint();
  const maxFeePerGasWei = list.bigint();
  const call = readCall(list);
  list.emptyList();
  const signedFields = bytes.subarray(begin, list.position);
  const recoveryId = list.number();
  if (recoveryId !== 0 && recoveryId !== 1) throw new RlpError('yParity is neither 0 nor 1');
  const compactSignature = readSignature(list);
  return {
    unsigned: { type: 'eip1559', chainId, nonce, ...call, maxFeePerGasWei, maxPriorityFeePerGasWei },
    signingPayload: Buffer.concat([Buffer.of(TYPE_EIP1559), listHeader(signedFields.length), signedFields]),
    compactSignature,
    recoveryId,
  };
}

function readLegacy(bytes: Buffer): Envelope {
  const list = new RlpListReader(bytes, 0);
  const begin = list.position;
  const nonce = list.number();
  const gasPriceWei = list.bigint();
  const call = readCall(list);
  const fields = bytes.subarray(begin, list.position);
  const v = list.bigint();
  if (v < 37n) throw new RlpError('no chain id in v (EIP-155)');
  const recoveryId = (v - 35n) % 2n === 0n ? 0 : 1;
  const chainId = readChainId(Number((v - 35n) / 2n));
  const compactSignature = readSignature(list);
  const signedFields = Buffer.concat([fields, Buffer.from(rlpInteger(chainId), 'hex'), SIGNED_EMPTY_FIELDS]);
  return {
    unsigned: {
      type: 'legacy',
      chainId,
      nonce,
      ...call,
      maxFeePerGasWei: gasPriceWei,
      maxPriorityFeePerGasWei: gasPriceWei,
    },
    signingPayload: Buffer.concat([listHeader(signedFields.length), signedFields]),
    compactSignature,
    recoveryId,
  };
}

function readChainId(value: number): ChainId {
  if (value === 0 || !Number.isSafeInteger(value)) throw new RlpError('no chain id from 1 to 2^53 - 1');
  return value as ChainId;
}

function readCall(list: RlpListReader): Pick<UnsignedTransaction, 'gasLimit' | 'to' | 'valueWei' | 'data'> {
  const gasLimit = list.bigint();
  const to = list.string();
  if (to.length !== 0 && to.length !== 20) throw new RlpError('a recipient is 20 bytes or none');
  const valueWei = list.bigint();
  const data = list.string();
  return { gasLimit, to: to.length === 0 ? null : (hex(to) as Address), valueWei, data: hex(data) };
}

function readSignature(list: RlpListReader): Buffer {
  const r = list.integerBytes();
  const s = list.integerBytes();
  list.end();
  if (r.length === 0 || s.length === 0) throw new RlpError('r and s are at least 1');
  const compact = Buffer.alloc(64);
  r.copy(compact, 32 - r.length);
  s.copy(compact, 64 - s.length);
  // Both halves of the order sign equally well; allowing one keeps the hash unique for signer and content.
  if (compact.compare(HALF_ORDER, 0, 32, 32, 64) > 0) throw new RlpError('s is in the upper half (EIP-2)');
  return compact;
}

function listHeader(length: number): Buffer {
  if (length <= 55) return Buffer.of(0xc0 + length);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.of(0xf7 + bytes.length), bytes]);
}

function hex(bytes: Buffer): Hex {
  return `0x${bytes.toString('hex')}`;
}
