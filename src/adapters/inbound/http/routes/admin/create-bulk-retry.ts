import { json } from '../../answer.ts';
import { MAX_BODY_BYTES } from '../../limits.ts';
import { bulkFilter } from '../../page/transaction-filter.ts';
import { shownFilter } from '../../present/filter.ts';
import { invalid, problemAnswer } from '../../problem.ts';
import { route } from '../../route.ts';
import { bulkRetryBody, created } from '../../schemas/bulk-retry.ts';

export const createBulkRetry = route({
  part: 'admin',
  method: 'POST',
  path: '/v1/admin/bulk-retries',
  who: 'operator',
  name: 'createBulkRetry',
  summary: 'Retry many failed transactions as they are',
  description:
    'Those that are found now, and no others, are retried in the order of acceptance by a job that goes on over stops and crashes; each at most once, and each as it stands when its turn comes. By a filter these are open failures alone; a closed one that is named by its id is skipped.',
  body: {
    schema: bulkRetryBody,
    maxBytes: MAX_BODY_BYTES,
    example: { reason: 'the account was funded', filter: { errorCode: 'insufficient_funds' }, expectedCount: 12 },
  },
  answers: {
    202: { description: 'On record. Follow it by its id.', schema: created, headers: { Location: 'The job.' } },
  },
  problems: ['count_changed'],
  async handle({ createBulkRetry: create }, { body, caller, requestId }) {
    const { reason, ids, filter, expectedCount = null } = body;
    const transactions = filter && bulkFilter(filter);
    const result = await create.create({
      actor: { name: `user:${caller.username}`, requestId },
      reason,
      of:
        transactions === undefined
          ? { kind: 'ids', ids: ids ?? [] }
          : { kind: 'filter', filter: transactions, shown: shownFilter(transactions) },
      expectedCount,
    });
    switch (result.kind) {
      case 'created':
        return json(202, { id: result.id }, { Location: `/v1/admin/bulk-retries/${result.id}` });
      case 'countDiffers':
        return problemAnswer('count_changed', {
          detail: `${result.count} were found, not ${expectedCount}.`,
          count: result.count,
        });
      case 'tooMany':
        return invalid([
          { path: 'filter', message: `finds more than ${result.most}, which is the most of one job: narrow it` },
        ]);
    }
  },
});
