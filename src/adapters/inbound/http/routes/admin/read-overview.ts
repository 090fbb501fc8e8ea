import { json } from '../../answer.ts';
import { presentOverview } from '../../present/overview.ts';
import { route } from '../../route.ts';
import { OVERVIEW_EXAMPLE, overviewAnswer, overviewQuery } from '../../schemas/overview.ts';

export const readOverview = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/overview',
  who: 'viewer',
  name: 'readOverview',
  summary: 'How the service is doing',
  description:
    'What needs a person, the figures of now, and their series over the last hour, day or week. It costs the same however many transactions are on record, so that it may be asked for every few seconds. What happened before an upgrade to the release that counts it is not in the series.',
  query: overviewQuery,
  answers: { 200: { description: 'The overview.', schema: overviewAnswer, example: OVERVIEW_EXAMPLE } },
  handle: async ({ overview }, { query }) => json(200, presentOverview(await overview.read(query.range ?? '1h'))),
});
