import { commandAnswer } from '../../command-answer.ts';
import { MAX_BODY_BYTES } from '../../limits.ts';
import { route } from '../../route.ts';
import { reasonBody } from '../../schemas/retry.ts';
import { adminTransaction } from '../../schemas/transaction.ts';
import { IF_MATCH } from '../client/headers.ts';
import { commandOf } from './command-of.ts';

export const closeTransaction = route({
  part: 'admin',
  method: 'POST',
  path: '/v1/admin/transactions/{id}/close',
  who: 'operator',
  name: 'closeTransaction',
  summary: 'Close a failure that nobody will retry',
  description:
    'It leaves the open failures and the dead-letter queue; its status stays `failed`, and `closed` says who closed it and why. It can still be retried. One that is closed already is refused, and what was said first stands. Bytes of it that are mined after all are shown as ever.',
  requestHeaders: IF_MATCH,
  body: { schema: reasonBody, maxBytes: MAX_BODY_BYTES, example: { reason: 'paid by hand' } },
  answers: { 202: { description: 'Closed.', schema: adminTransaction } },
  problems: ['not_found', 'illegal_transition', 'version_conflict'],
  async handle({ close, views }, call) {
    return commandAnswer(await close.close(commandOf(call)), () => views.one(call.id), 'admin');
  },
});
