import { z } from 'zod';
import { rawTransaction } from './hex.ts';
import { VISIBLE_ASCII } from './text.ts';

const MAX_ITEMS = 500;

export const signedTransactionsBody = z.strictObject({
  items: z
    .array(
      z.strictObject({
        transactionId: z
          .string()
          .max(64, { error: 'must be an id' })
          .regex(VISIBLE_ASCII, { error: 'must be an id' })
          .describe("A transaction's id or a filler's."),
        rawTransaction,
      }),
      { error: 'must be a list' },
    )
    .min(1, { error: 'must hold at least one item' })
    .max(MAX_ITEMS, { error: `must hold at most ${MAX_ITEMS} items` }),
});
