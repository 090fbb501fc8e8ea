import { pageAnswer } from '../../page/page-answer.ts';
import { adminFilter } from '../../page/transaction-filter.ts';
import { listed } from '../../present/transaction.ts';
import { route } from '../../route.ts';
import { adminListQuery } from '../../schemas/lists.ts';
import { adminListedTransaction, pageOf } from '../../schemas/transaction.ts';

export const listTransactions = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/transactions',
  who: 'viewer',
  name: 'listAllTransactions',
  summary: 'List the transactions of all clients',
  query: adminListQuery,
  answers: { 200: { description: 'A page, newest first.', schema: pageOf(adminListedTransaction) } },
  handle({ views, cursors }, { query }) {
    const filter = adminFilter(query);
    return pageAnswer(
      cursors,
      ['admin/transactions', filter],
      query,
      (limit, after) => views.page(filter, limit, after),
      (view) => listed(view, 'admin'),
    );
  },
});
