import { transactionAnswer } from '../../command-answer.ts';
import { route } from '../../route.ts';
import { adminTransaction } from '../../schemas/transaction.ts';

export const readTransaction = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/transactions/{id}',
  who: 'viewer',
  name: 'readAnyTransaction',
  summary: 'Read any transaction',
  description: "Everything about it, the nodes' own words too.",
  answers: {
    200: { description: 'The transaction.', schema: adminTransaction, headers: { ETag: 'Names this version.' } },
  },
  problems: ['not_found'],
  handle: async ({ views }, { id }) => transactionAnswer(200, await views.one(id), 'admin'),
});
