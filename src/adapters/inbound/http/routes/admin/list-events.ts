import { eventsAnswer } from '../../events/events-answer.ts';
import { route } from '../../route.ts';
import { adminFeedEvent, eventPage, eventsQuery } from '../../schemas/events.ts';
import { LAST_EVENT_ID } from '../client/headers.ts';

export const listAllEvents = route({
  part: 'admin',
  method: 'GET',
  path: '/v1/admin/events',
  who: 'viewer',
  name: 'listAllEvents',
  summary: 'Follow the events of all transactions',
  description:
    'Server-sent events, live; with `Accept: application/json` a page of the same. The stream ends with the session.',
  query: eventsQuery,
  requestHeaders: LAST_EVENT_ID,
  answers: {
    200: { description: 'A page, or a stream of events.', schema: eventPage(adminFeedEvent), eventStream: true },
  },
  handle: ({ views, events }, { query, headers, caller, stillAllowed }) =>
    eventsAnswer({
      ...{ views, streams: events, query, headers, stillAllowed },
      caller: `user:${caller.username}`,
      client: null,
      streamsByDefault: true,
    }),
});
