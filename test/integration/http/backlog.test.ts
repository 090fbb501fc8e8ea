import { afterEach, expect, it } from 'vitest';
import { EventStreams } from '../../../src/adapters/inbound/http/events/event-streams.ts';
import { listen } from '../../../src/adapters/inbound/http/listen.ts';
import type { Views } from '../../../src/application/ports/views.ts';
import { EventReader } from '../../support/event-reader.ts';
import { asClient, fakeApp } from '../../support/http-app.ts';
import { fresh, memory } from '../../support/storage.ts';
import { put, transactionId } from '../../support/stored.ts';
import { NOW, queued } from '../../support/transactions.ts';
import { until } from '../../support/until.ts';

const EVENTS = 20_000;
/** Pages that one reader may read before somebody else's request is looked at. */
const PAGES_AT_ONCE = 4;
const storage = fresh(memory);
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it('a reader that catches up with many events lets others have their turn between its pages', async () => {
  const { knex, views: stored } = storage();
  await put(storage(), 1, queued(), { accepted: { client: 'first' } });
  await knex.raw(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO events (transaction_id, at, type, actor) SELECT ?, ?, 'Signed', 'system' FROM n`,
    [EVENTS, transactionId(1), NOW - 60_000],
  );
  let [pages, most] = [0, 0];
  const views: Pick<Views, 'eventsAfter' | 'endOfEvents'> = {
    endOfEvents: () => stored.endOfEvents(),
    eventsAfter: (...asked) => {
      most = Math.max(most, ++pages);
      return stored.eventsAfter(...asked);
    },
  };
  let over = false;
  const turn = (): void => {
    pages = 0;
    if (!over) setImmediate(turn);
  };
  const fake = fakeApp((deps) => {
    const { client } = deps.parts;
    if (!client) throw new Error('the part is there');
    const events = new EventStreams({ ...deps, views, timers: { after: () => () => undefined } });
    closers.push(() => events.close());
    return { ...deps, parts: { ...deps.parts, client: { ...client, events } } };
  });
  const server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
  closers.push(() => server.close(0));
  setImmediate(turn);
  closers.push(() => (over = true));
  const reader = await EventReader.open(`http://127.0.0.1:${server.port}/v1/events?after=0`, {
    ...asClient,
    accept: 'text/event-stream',
  });
  closers.push(() => reader.close());
  await until('all are heard', () => reader.heard.length >= EVENTS);
  expect(most).toBeLessThanOrEqual(PAGES_AT_ONCE);
});
