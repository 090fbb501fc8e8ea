import { transactionAnswer } from '../../command-answer.ts';
import { route } from '../../route.ts';
import { transaction } from '../../schemas/transaction.ts';

export const readOne = route({
  part: 'client',
  method: 'GET',
  path: '/v1/transactions/{id}',
  who: 'client',
  name: 'readTransaction',
  summary: 'Read a transaction',
  description: 'With its attempts and its timeline. The ETag is the one that If-Match takes.',
  answers: { 200: { description: 'The transaction.', schema: transaction, headers: { ETag: 'Names this version.' } } },
  problems: ['not_found'],
  handle: async ({ views }, { id, caller }) => transactionAnswer(200, await views.one(id, caller.name), 'client'),
});
