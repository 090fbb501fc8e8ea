/**
 * RLP (yellow paper, appendix B) on hex digits without `0x`: addresses and data come as hex and raw transactions leave as hex, so one
 * string is built and turned into bytes once, for hashing.
 */

/** A byte string given as an even number of hex digits. */
export function rlpString(digits: string): string {
  const bytes = digits.length / 2;
  if (bytes === 1 && digits < '80') return digits;
  return header(0x80, bytes) + digits;
}

/** A quantity as the shortest big-endian bytes; zero is the empty string. */
export function rlpInteger(value: bigint | number): string {
  if (value === 0 || value === 0n) return '80';
  const digits = value.toString(16);
  return rlpString(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** Wraps items that are encoded already, one after the other. */
export function rlpList(encodedItems: string): string {
  return header(0xc0, encodedItems.length / 2) + encodedItems;
}

function header(offset: 0x80 | 0xc0, bytes: number): string {
  if (bytes <= 55) return (offset + bytes).toString(16);
  const length = bytes.toString(16);
  const padded = length.length % 2 === 0 ? length : `0${length}`;
  return (offset + 55 + padded.length / 2).toString(16) + padded;
}
