import type { Millis, TransactionId } from '../../domain/primitives.ts';

/**
 * When a transaction was accepted, read off its id (RFC 9562: the first 48 bits of a UUIDv7 are milliseconds). A move carries the state of
 * the lifecycle, which has no time of acceptance, and a column more for a figure alone would be read and written with each step.
 */
export function acceptedAt(id: TransactionId): Millis {
  let ms = 0;
  for (let at = 0; at < 13; at++) if (at !== 8) ms = ms * 16 + hexDigit(id.charCodeAt(at));
  return ms;
}

/** Digits stand before letters, and lower-case letters are what ids are written in. */
const hexDigit = (code: number): number => (code <= 57 ? code - 48 : code - 87);
