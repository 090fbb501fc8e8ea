import { eventsAnswer } from '../../events/events-answer.ts';
import { route } from '../../route.ts';
import { eventPage, eventsQuery, feedEvent } from '../../schemas/events.ts';
import { LAST_EVENT_ID } from './headers.ts';

export const listEvents = route({
  part: 'client',
  method: 'GET',
  path: '/v1/events',
  who: 'client',
  name: 'listEvents',
  summary: "Follow your transactions' events",
  description:
    'In order, each once, so that nobody has to ask for each id. A page as JSON; with `Accept: text/event-stream` the same as server-sent events, live.',
  query: eventsQuery,
  requestHeaders: LAST_EVENT_ID,
  answers: { 200: { description: 'A page, or a stream of events.', schema: eventPage(feedEvent), eventStream: true } },
  handle: ({ views, events }, { query, headers, caller, stillAllowed }) =>
    eventsAnswer({
      ...{ views, streams: events, query, headers, stillAllowed },
      caller: `client:${caller.name}`,
      client: caller.name,
      streamsByDefault: false,
    }),
});
