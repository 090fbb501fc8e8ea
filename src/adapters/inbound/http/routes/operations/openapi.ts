import { content } from '../../answer.ts';
import { route } from '../../route.ts';

export const openapi = route({
  part: 'operations',
  method: 'GET',
  path: '/openapi.json',
  who: 'anyone',
  name: 'openapi',
  summary: 'This API as an OpenAPI 3.1 document',
  answers: { 200: { description: 'The document.' } },
  handle: ({ openApi }) => content(200, 'application/json; charset=utf-8', openApi),
});
