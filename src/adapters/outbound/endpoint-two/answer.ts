import { z } from 'zod';
import type { RefusalCode, SubmitItem, SubmitOutcome } from '../../../application/ports/endpoint-two.ts';
import type { HolderId } from '../../../domain/primitives.ts';

/** As a record, so that a code that is new at the port is missed here by the compiler. */
const REFUSAL_CODES: Readonly<Record<RefusalCode, true>> = {
  not_found: true,
  malformed: true,
  wrong_signer: true,
  wrong_chain: true,
  wrong_nonce: true,
  nonce_not_held: true,
  wrong_field: true,
  not_on_record: true,
  not_newest: true,
  not_open: true,
};

const transactionId = z.custom<HolderId>((value) => typeof value === 'string');
const code = z.custom<RefusalCode>((value) => typeof value === 'string' && Object.hasOwn(REFUSAL_CODES, value));

/** Fields that are not known are ignored: the API only grows. */
const answerSchema = z.object({
  results: z.array(
    z.discriminatedUnion('outcome', [
      z.object({ transactionId, outcome: z.literal('accepted') }),
      z.object({ transactionId, outcome: z.literal('pending') }),
      z.object({ transactionId, outcome: z.literal('refused'), code }),
    ]),
  ),
});

/** The outcome for each of `items`, in their order; null where the text is no such answer. */
export function readAnswer(text: string, items: readonly SubmitItem[]): readonly SubmitOutcome[] | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return null;
  const { results } = answer.data;
  const theirs =
    results.length === items.length &&
    items.every((item, index) => item.transactionId === results[index]?.transactionId);
  return theirs ? results : null;
}
