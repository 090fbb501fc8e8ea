// node bare-app.mjs: an Express application that answers without work, in a process of its own. The body comes as the first message; the port
// goes back. It reads nothing of a request, and leaves out what Express would add: the strictest of comparisons.
import { createServer } from 'node:http';
import express from 'express';

process.once('message', (/** @type {{path: string, body: string}} */ { path, body }) => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.post(path, (_request, response) => {
    response.status(202).type('json').send(body);
  });
  const server = createServer({ keepAliveTimeout: 65_000 }, app);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object') process.send?.(address?.port);
  });
});
process.once('disconnect', () => process.exit(0));
