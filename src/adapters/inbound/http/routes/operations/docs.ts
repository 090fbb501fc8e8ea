import { content } from '../../answer.ts';
import { route } from '../../route.ts';

export const docs = route({
  part: 'operations',
  method: 'GET',
  path: '/docs',
  who: 'anyone',
  name: 'docs',
  summary: 'This API as a page to read',
  answers: { 200: { description: 'A page that asks for nothing else.', contentType: 'text/html' } },
  handle: ({ docsPage }) => content(200, 'text/html; charset=utf-8', docsPage),
});
