import { z } from 'zod';
import { commandAnswer } from '../../command-answer.ts';
import { MAX_BODY_BYTES } from '../../limits.ts';
import { versionsFromIfMatch } from '../../present/etag.ts';
import { route } from '../../route.ts';
import { transaction } from '../../schemas/transaction.ts';
import { IF_MATCH, WHAT_CAN_BE_CANCELLED } from './headers.ts';

export const cancel = route({
  part: 'client',
  method: 'POST',
  path: '/v1/transactions/{id}/cancel',
  who: 'client',
  name: 'cancelTransaction',
  summary: 'Cancel a transaction',
  description: WHAT_CAN_BE_CANCELLED,
  requestHeaders: IF_MATCH,
  body: { schema: z.strictObject({}).optional(), maxBytes: MAX_BODY_BYTES, optional: true },
  answers: { 202: { description: 'Cancelled.', schema: transaction } },
  problems: ['not_found', 'illegal_transition', 'version_conflict'],
  async handle({ cancel: useCase, views }, { id, caller, headers, requestId }) {
    const result = await useCase.cancel({
      id,
      actor: { name: `client:${caller.name}`, requestId },
      client: caller.name,
      reason: null,
      expectedVersions: versionsFromIfMatch(headers['if-match'], id),
    });
    return commandAnswer(result, () => views.one(id, caller.name), 'client');
  },
});
