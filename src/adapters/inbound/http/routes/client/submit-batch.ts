import { z } from 'zod';
import type { AcceptResult, Submission } from '../../../../../application/use-cases/inbound.ts';
import type { TransactionId } from '../../../../../domain/primitives.ts';
import type { Status } from '../../../../../domain/transaction/transaction.ts';
import { json } from '../../answer.ts';
import { MAX_BATCH_BODY_BYTES } from '../../limits.ts';
import { invalid, later, problem, summary, type FieldError, type Problem } from '../../problem.ts';
import { keyFromHeader, keyOfItem } from '../../request/idempotency-key.ts';
import { route } from '../../route.ts';
import { batchResults } from '../../schemas/answers.ts';
import { fieldErrors } from '../../schemas/issues.ts';
import { sentences } from '../../schemas/sentences.ts';
import { batchItem, batchOf, toSubmission } from '../../schemas/transaction-request.ts';
import type { Services } from '../../services.ts';

type Result = { readonly id: TransactionId; readonly status: Status } | { readonly error: Problem };

export const submitBatch = route({
  part: 'client',
  method: 'POST',
  path: '/v1/transactions/batch',
  who: 'client',
  name: 'submitBatch',
  summary: 'Send up to 1000 transactions',
  description:
    'Each item is judged on its own: a bad one gets a problem in its place, and the others go on. Repeating a batch with its keys gives the same ids.',
  requestHeaders: { 'Idempotency-Key': 'An item without a key of its own gets `KEY#0`, `KEY#1`, … by its position.' },
  body: {
    schema: batchOf(z.unknown()),
    shown: batchOf(batchItem),
    maxBytes: MAX_BATCH_BODY_BYTES,
    example: {
      transactions: [{ to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: '1', idempotencyKey: 'order-4711' }],
    },
  },
  answers: { 202: { description: 'An answer for each item, in order.', schema: batchResults } },
  problems: ['rate_limited'],
  async handle(services, { caller, body, headers }) {
    const key = keyFromHeader(headers['idempotency-key']);
    if (!key.ok) return invalid(key.errors);
    const taken = services.rate.take(caller.name, body.transactions.length);
    if (!taken.ok) return later('rate_limited', taken.retryAfterMs);

    const judged = body.transactions.map((item, index) => judge(item, key.key, index));
    const submissions = judged.filter((one): one is Submission => !('error' in one));
    const accepted = submissions.length > 0 ? await services.accept.accept(caller.name, submissions) : [];
    const statuses = await statusesOf(services, accepted);
    let next = 0;
    const results = judged.map((one): Result => ('error' in one ? one : resultOf(accepted[next++], statuses)));
    return json(202, { results });
  },
});

function judge(item: unknown, batchKey: string | null, index: number): Submission | { readonly error: Problem } {
  const parsed = batchItem.safeParse(item, { error: sentences });
  if (!parsed.success) return refusal(fieldErrors(parsed.error));
  const key = keyOfItem(parsed.data.idempotencyKey, batchKey, index);
  return key.ok ? toSubmission(parsed.data, key.key) : refusal(key.errors);
}

const refusal = (errors: readonly FieldError[]) => ({
  error: problem('invalid_field', { detail: summary(errors), errors }),
});

/** A new one is queued; an old one is wherever it has come to. */
async function statusesOf(
  services: Services['client'],
  accepted: readonly AcceptResult[],
): Promise<ReadonlyMap<TransactionId, Status>> {
  const replayed = accepted.flatMap((result) => (result.kind === 'replayed' ? [result.id] : []));
  if (replayed.length === 0) return new Map();
  return new Map((await services.views.many(replayed)).map(({ id, status }) => [id, status]));
}

function resultOf(result: AcceptResult | undefined, statuses: ReadonlyMap<TransactionId, Status>): Result {
  switch (result?.kind) {
    case 'created':
    case 'replayed':
      return { id: result.id, status: statuses.get(result.id) ?? 'queued' };
    case 'keyReused':
      return { error: problem('idempotency_key_reused') };
    case 'invalid':
      return refusal([{ path: result.path, message: result.message }]);
    case undefined:
      throw new Error('accept answered fewer results than submissions');
  }
}
