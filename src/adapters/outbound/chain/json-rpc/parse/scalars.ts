import type { BlockHash, Hex, TxHash } from '../../../../../domain/primitives.ts';
import { demand } from './malformed.ts';

const QUANTITY = /^0x[0-9a-f]{1,64}$/i;
const HASH = /^0x[0-9a-f]{64}$/i;
const BYTES = /^0x(?:[0-9a-f]{2})*$/i;

/** A QUANTITY of the JSON-RPC specification, below 2^256. Leading zeros are against it but some chains write them, and nothing else is meant. */
export function quantity(value: unknown, name: string): bigint {
  demand(typeof value === 'string' && QUANTITY.test(value), `${name} is no quantity`);
  return BigInt(value);
}

/** A quantity that fits a JavaScript number exactly. */
export function smallQuantity(value: unknown, name: string): number {
  const number = Number(quantity(value, name));
  demand(Number.isSafeInteger(number), `${name} is above 2^53`);
  return number;
}

export function txHash(value: unknown, name: string): TxHash {
  return hash(value, name) as TxHash;
}

export function blockHash(value: unknown, name: string): BlockHash {
  return hash(value, name) as BlockHash;
}

function hash(value: unknown, name: string): string {
  demand(typeof value === 'string' && HASH.test(value), `${name} is no 32-byte hash`);
  return value.toLowerCase();
}

export function bytes(value: unknown, name: string): Hex {
  demand(typeof value === 'string' && BYTES.test(value), `${name} is no hex`);
  return value.toLowerCase() as Hex;
}

export function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), `${name} is no object`);
  return value as Readonly<Record<string, unknown>>;
}

export function list(value: unknown, name: string): readonly unknown[] {
  demand(Array.isArray(value), `${name} is no list`);
  return value as readonly unknown[];
}
