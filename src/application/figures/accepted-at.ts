import type { Millis, TransactionId } from '../../domain/primitives.ts';

/**
 * When a transaction was accepted, read off its id (RFC 9562: the first 48 bits of a UUIDv7 are milliseconds). A move carries the state of
 * the lifecycle, which has no time of acceptance, and a column more for a figure alone would be read and written with each step.
 */
export const acceptedAt = (id: TransactionId): Millis => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
