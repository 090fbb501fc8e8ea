import { commandAnswer } from '../../command-answer.ts';
import { MAX_BODY_BYTES } from '../../limits.ts';
import { route } from '../../route.ts';
import { retryBody, toChanges } from '../../schemas/retry.ts';
import { adminTransaction } from '../../schemas/transaction.ts';
import { IF_MATCH } from '../client/headers.ts';
import { commandOf } from './command-of.ts';

export const retryTransaction = route({
  part: 'admin',
  method: 'POST',
  path: '/v1/admin/transactions/{id}/retry',
  who: 'operator',
  name: 'retryTransaction',
  summary: 'Retry a failed transaction, edited or as it is',
  description: "An edit makes a new revision; the client's own request stays on record.",
  requestHeaders: IF_MATCH,
  body: {
    schema: retryBody,
    maxBytes: MAX_BODY_BYTES,
    example: { reason: 'the cap was too low', changes: { maxFeePerGas: '100000000000' } },
  },
  answers: { 202: { description: 'Queued again.', schema: adminTransaction } },
  problems: ['not_found', 'illegal_transition', 'version_conflict'],
  async handle({ retry, views }, call) {
    const result = await retry.retry({ ...commandOf(call), changes: toChanges(call.body.changes) });
    return commandAnswer(result, () => views.one(call.id), 'admin');
  },
});
