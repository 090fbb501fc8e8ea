import { json } from '../../answer.ts';
import { route } from '../../route.ts';
import { liveness } from '../../schemas/answers.ts';

export const healthz = route({
  part: 'operations',
  method: 'GET',
  path: '/healthz',
  who: 'anyone',
  name: 'healthz',
  summary: 'Is the process alive?',
  answers: { 200: { description: 'It is.', schema: liveness } },
  handle: () => json(200, { status: 'ok' }),
});
