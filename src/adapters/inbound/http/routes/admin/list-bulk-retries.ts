import { pageAnswer } from '../../page/page-answer.ts';
import { presentBulkRetry } from '../../present/bulk-retry.ts';
import { route } from '../../route.ts';
import { bulkRetry } from '../../schemas/bulk-retry.ts';
import { pageQuery } from '../../schemas/lists.ts';
import { pageOf } from '../../schemas/transaction.ts';

export const listBulkRetries = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/bulk-retries',
  who: 'viewer',
  name: 'listBulkRetries',
  summary: 'List the bulk retries',
  query: pageQuery,
  answers: { 200: { description: 'A page, newest first.', schema: pageOf(bulkRetry) } },
  handle: ({ bulkJobs, cursors }, { query }) =>
    pageAnswer(cursors, ['admin/bulk-retries'], query, (limit, after) => bulkJobs.page(limit, after), presentBulkRetry),
});
