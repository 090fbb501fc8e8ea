import { getAddress } from 'viem/utils';
import type { Address } from '../../../../domain/primitives.ts';

const CACHED = 8_192;
const cache = new Map<Address, string>();

/** EIP-55 spelling. Remembered, since keccak takes longer than the rest of an answer's item; the oldest one makes room. */
export function eip55(address: Address): string {
  const known = cache.get(address);
  if (known !== undefined) return known;
  const [oldest] = cache.size >= CACHED ? cache.keys() : [];
  if (oldest !== undefined) cache.delete(oldest);
  const spelled = getAddress(address);
  cache.set(address, spelled);
  return spelled;
}
