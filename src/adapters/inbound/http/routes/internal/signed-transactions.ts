import type { HolderId } from '../../../../../domain/primitives.ts';
import { json } from '../../answer.ts';
import { MAX_BATCH_BODY_BYTES } from '../../limits.ts';
import { route } from '../../route.ts';
import { submitResults } from '../../schemas/answers.ts';
import { signedTransactionsBody } from '../../schemas/signed-transactions.ts';

export const signedTransactions = route({
  part: 'internal',
  method: 'POST',
  path: '/v1/signed-transactions',
  who: 'signing side',
  name: 'submitSignedTransactions',
  summary: 'Endpoint 2: hand over signed transactions',
  description:
    'Checks each against the record and broadcasts it. Accepted: a node has it. Pending: checked, and no node has answered yet. Refused: against the record, and `code` says which rule; the transaction that it names is none the worse.',
  requestHeaders: {
    'webhook-id': 'Names this delivery.',
    'webhook-timestamp': 'Seconds since 1970; at most 5 minutes off.',
    'webhook-signature': '`v1,BASE64(HMAC-SHA256(secret, id.timestamp.body))`, as Standard Webhooks does.',
  },
  body: { schema: signedTransactionsBody, maxBytes: MAX_BATCH_BODY_BYTES },
  answers: { 202: { description: 'An outcome for each item, in order.', schema: submitResults } },
  async handle({ validateAndBroadcast }, { body }) {
    const items = body.items.map(({ transactionId, rawTransaction }) => ({
      transactionId: transactionId as HolderId,
      rawTransaction,
    }));
    return json(202, { results: await validateAndBroadcast.submit(items) });
  },
});
