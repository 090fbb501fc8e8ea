import type { TransactionId } from '../../../../domain/primitives.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** In the form of the ids that we give out: lower case. */
export const isId = (text: string): boolean => UUID.test(text);

/** null: nothing can have this id, so it is not found. */
export const pathId = (text: unknown): TransactionId | null =>
  typeof text === 'string' && isId(text) ? (text as TransactionId) : null;
