import { z } from 'zod';
import type { Hex, TxHash } from '../../../../domain/primitives.ts';
import { documentedAs } from './documented.ts';

const HEX = /^0x[0-9a-fA-F]*$/;
const EVEN_HEX = '^0x([0-9a-fA-F]{2})*$';
const HASH = /^0x[0-9a-fA-F]{64}$/;
const MAX_DATA_BYTES = 128 * 1024;

function bytesUpTo(most: number, mostText: string, description: string) {
  const message = `must be 0x and an even number of hex digits, at most ${mostText}`;
  return documentedAs(
    z.string({ error: message }).transform((text, context): Hex => {
      // The length first: a pattern that counts pairs would walk through megabytes.
      if (text.length % 2 === 0 && text.length <= 2 + 2 * most && HEX.test(text)) return text.toLowerCase() as Hex;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
    { type: 'string', pattern: EVEN_HEX, maxLength: 2 + 2 * most, description, examples: ['0x'] },
  );
}

export const callData = bytesUpTo(
  MAX_DATA_BYTES,
  '128 KiB',
  'Calldata, or init code where there is no `to`. At most 128 KiB.',
);
export const rawTransaction = bytesUpTo(2 * 1024 * 1024, '2 MiB', 'The signed transaction, as a node takes it.');

export const txHash = documentedAs(
  z
    .string()
    .regex(HASH, { error: 'must be a transaction hash: 0x and 64 hex digits' })
    .transform((text) => text.toLowerCase() as TxHash),
  { type: 'string', pattern: HASH.source, description: 'A transaction hash.' },
);
