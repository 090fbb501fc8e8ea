import type { TransactionId } from '../../../../domain/primitives.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** null: nothing can have this id, so it is not found. */
export const pathId = (text: unknown): TransactionId | null =>
  typeof text === 'string' && UUID.test(text) ? (text as TransactionId) : null;
