import type { TransactionId } from '../../../../../domain/primitives.ts';
import { json } from '../../answer.ts';
import { MAX_BODY_BYTES } from '../../limits.ts';
import { detailed, justAccepted } from '../../present/transaction.ts';
import { invalid, later, problemAnswer } from '../../problem.ts';
import { keyFromHeader } from '../../request/idempotency-key.ts';
import { route } from '../../route.ts';
import { transaction } from '../../schemas/transaction.ts';
import { toSubmission, transactionRequest } from '../../schemas/transaction-request.ts';
import type { Services } from '../../services.ts';
import { IDEMPOTENCY_KEY } from './headers.ts';

export const submit = route({
  part: 'client',
  method: 'POST',
  path: '/v1/transactions',
  who: 'client',
  name: 'submitTransaction',
  summary: 'Send a transaction',
  description:
    'Records the transaction and answers at once; it is durable when the answer arrives, and is signed and broadcast from there on. Without `to` it is a contract creation with `data` as its init code.',
  requestHeaders: IDEMPOTENCY_KEY,
  body: {
    schema: transactionRequest,
    maxBytes: MAX_BODY_BYTES,
    example: { to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: '1000000000000000' },
  },
  answers: {
    202: {
      description: 'Accepted, or accepted before under this key.',
      schema: transaction,
      headers: {
        Location: 'Where to read it.',
        'Idempotent-Replayed': '`true` on every answer but the one that created it.',
      },
    },
  },
  problems: ['idempotency_key_reused', 'rate_limited'],
  async handle(services, { caller, body, headers }) {
    const key = keyFromHeader(headers['idempotency-key']);
    if (!key.ok) return invalid(key.errors);
    const taken = services.rate.take(caller.name, 1);
    if (!taken.ok) return later('rate_limited', taken.retryAfterMs);

    const [result] = await services.accept.accept(caller.name, [toSubmission(body, key.key)]);
    switch (result?.kind) {
      case 'created':
        return json(202, justAccepted(result.recorded, result.at), {
          Location: `/v1/transactions/${result.id}`,
        });
      case 'replayed':
        return json(202, await readWhole(services, caller.name, result.id), {
          Location: `/v1/transactions/${result.id}`,
          'Idempotent-Replayed': 'true',
        });
      case 'keyReused':
        return problemAnswer('idempotency_key_reused');
      case 'invalid':
        return invalid([{ path: result.path, message: result.message }]);
      case undefined:
        throw new Error('accept answered nothing for the one submission');
    }
  },
});

async function readWhole(services: Services['client'], client: string, id: TransactionId) {
  const view = await services.views.one(id, client);
  if (view === null) throw new Error(`${id} was accepted and is not on record`);
  return detailed(view, 'client');
}
