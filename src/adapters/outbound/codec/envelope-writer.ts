import type { Signature } from '../../../application/ports/signer.ts';
import type { Hex } from '../../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import { rlpInteger, rlpList, rlpString } from './rlp-writer.ts';

/** The bytes whose keccak256 is signed (EIP-1559; EIP-155 for legacy). */
export function signingPayload(unsigned: UnsignedTransaction): Buffer {
  const fields = unsignedFields(unsigned);
  const digits =
    unsigned.type === 'eip1559' ? `02${rlpList(fields)}` : rlpList(`${fields}${rlpInteger(unsigned.chainId)}8080`);
  return Buffer.from(digits, 'hex');
}

/** The bytes that a node takes. `signature`: r (32) ‖ s (32) ‖ recovery id. */
export function signedEnvelope(unsigned: UnsignedTransaction, signature: Signature): Hex {
  const recoveryId = signature[64];
  if (signature.length !== 65 || (recoveryId !== 0 && recoveryId !== 1)) {
    throw new Error('A signature is 65 bytes, the last of them 0 or 1');
  }
  const r = rlpString(minimal(signature.subarray(0, 32)));
  const s = rlpString(minimal(signature.subarray(32, 64)));
  const fields = unsignedFields(unsigned);
  if (unsigned.type === 'eip1559') return `0x02${rlpList(`${fields}${rlpInteger(recoveryId)}${r}${s}`)}`;
  // A bigint, since twice the largest chain id is no exact number any more.
  const v = BigInt(unsigned.chainId) * 2n + 35n + BigInt(recoveryId);
  return `0x${rlpList(`${fields}${rlpInteger(v)}${r}${s}`)}`;
}

function unsignedFields(unsigned: UnsignedTransaction): string {
  const { nonce, maxFeePerGasWei, maxPriorityFeePerGasWei } = unsigned;
  const call =
    rlpInteger(unsigned.gasLimit) +
    rlpString(unsigned.to === null ? '' : unsigned.to.slice(2)) +
    rlpInteger(unsigned.valueWei) +
    rlpString(unsigned.data.slice(2));
  switch (unsigned.type) {
    case 'eip1559': {
      const fees = rlpInteger(maxPriorityFeePerGasWei) + rlpInteger(maxFeePerGasWei);
      return `${rlpInteger(unsigned.chainId)}${rlpInteger(nonce)}${fees}${call}c0`;
    }
    case 'legacy':
      return `${rlpInteger(nonce)}${rlpInteger(maxFeePerGasWei)}${call}`;
  }
}

/** r and s are integers in the envelope: their leading zero bytes go. */
function minimal(bytes: Uint8Array): string {
  let start = 0;
  while (bytes[start] === 0) start += 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start).toString('hex');
}
