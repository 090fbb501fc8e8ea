import { pageAnswer } from '../../page/page-answer.ts';
import { clientFilter } from '../../page/transaction-filter.ts';
import { listed } from '../../present/transaction.ts';
import { route } from '../../route.ts';
import { clientListQuery } from '../../schemas/lists.ts';
import { listedTransaction, pageOf } from '../../schemas/transaction.ts';

export const list = route({
  part: 'client',
  method: 'GET',
  path: '/v1/transactions',
  who: 'client',
  name: 'listTransactions',
  summary: 'List your transactions',
  description: 'Newest first. Items show `dataBytes` and `selector` in the place of `data`.',
  query: clientListQuery,
  answers: { 200: { description: 'A page.', schema: pageOf(listedTransaction) } },
  handle({ views, cursors }, { query, caller }) {
    const filter = clientFilter(caller.name, query);
    return pageAnswer(
      cursors,
      ['transactions', filter],
      query,
      (limit, after) => views.page(filter, limit, after),
      (view) => listed(view, 'client'),
    );
  },
});
