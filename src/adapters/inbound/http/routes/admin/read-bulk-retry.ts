import type { JobId } from '../../../../../domain/primitives.ts';
import { json } from '../../answer.ts';
import { presentBulkRetryDetail } from '../../present/bulk-retry.ts';
import { notFound } from '../../problem.ts';
import { route } from '../../route.ts';
import { bulkRetryDetail } from '../../schemas/bulk-retry.ts';

export const readBulkRetry = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/bulk-retries/{id}',
  who: 'viewer',
  name: 'readBulkRetry',
  summary: 'How far a bulk retry is',
  answers: { 200: { description: 'The job.', schema: bulkRetryDetail } },
  problems: ['not_found'],
  async handle({ bulkJobs }, { id }) {
    const job = await bulkJobs.one(id as string as JobId);
    return job === null ? notFound('admin') : json(200, presentBulkRetryDetail(job));
  },
});
