import { commandAnswer } from '../../command-answer.ts';
import { MAX_BODY_BYTES } from '../../limits.ts';
import { route } from '../../route.ts';
import { reasonBody } from '../../schemas/retry.ts';
import { adminTransaction } from '../../schemas/transaction.ts';
import { IF_MATCH, WHAT_CAN_BE_CANCELLED } from '../client/headers.ts';
import { commandOf } from './command-of.ts';

export const cancelTransaction = route({
  part: 'admin',
  method: 'POST',
  path: '/v1/admin/transactions/{id}/cancel',
  who: 'operator',
  name: 'cancelAnyTransaction',
  summary: 'Cancel any transaction',
  description: WHAT_CAN_BE_CANCELLED,
  requestHeaders: IF_MATCH,
  body: { schema: reasonBody, maxBytes: MAX_BODY_BYTES, example: { reason: 'sent twice by mistake' } },
  answers: { 202: { description: 'Cancelled.', schema: adminTransaction } },
  problems: ['not_found', 'illegal_transition', 'version_conflict'],
  async handle({ cancel, views }, call) {
    const result = await cancel.cancel({ ...commandOf(call), client: null });
    return commandAnswer(result, () => views.one(call.id), 'admin');
  },
});
