import type { IncomingHttpHeaders } from 'node:http';
import type { FeedEvent, Views } from '../../../../application/ports/views.ts';
import { json, streamed, type Answer } from '../answer.ts';
import { RETRY_AFTER_MS } from '../limits.ts';
import { feedItem } from '../present/transaction.ts';
import { invalid, later } from '../problem.ts';
import { isPosition, NOT_A_POSITION } from '../schemas/events.ts';
import { DEFAULT_LIMIT } from '../schemas/lists.ts';
import type { EventStreams } from './event-streams.ts';
import { prefersStream } from './prefers-stream.ts';

interface EventsCall {
  readonly views: Views;
  readonly streams: EventStreams;
  readonly query: { readonly after?: number | 'latest' | undefined; readonly limit?: number | undefined };
  readonly headers: IncomingHttpHeaders;
  /** `client:NAME` or `user:USERNAME`. */
  readonly caller: string;
  /** null: everybody's. */
  readonly client: string | null;
  /** Which form it has for who takes both alike. */
  readonly streamsByDefault: boolean;
  readonly stillAllowed: () => Promise<boolean>;
}

/** Chunks that one page may cost: a client with few events among many gets on by a position, not by a long read. */
const MAX_CHUNKS = 5;

/** The events behind a position, as a page or as a stream. */
export async function eventsAnswer(call: EventsCall): Promise<Answer> {
  const { views, streams, query, headers, caller, client } = call;
  const from = positionOf(headers['last-event-id'], query.after);
  if (from === null) return invalid([{ path: 'Last-Event-ID', message: NOT_A_POSITION }]);
  const position = from === 'latest' ? await views.endOfEvents() : from;

  const asksForPage = query.after !== undefined || query.limit !== undefined;
  if (!prefersStream(headers.accept, call.streamsByDefault && !asksForPage))
    return pageAnswer(views, position, query.limit ?? DEFAULT_LIMIT, client);

  if (!streams.hasRoomFor(caller))
    return later('unavailable', RETRY_AFTER_MS, {
      detail: 'No more event streams can be opened here just now. Read pages meanwhile: Accept: application/json.',
    });
  const { stillAllowed } = call;
  return streamed(
    'text/event-stream',
    (response) => {
      streams.start(response, { position, client, caller, stillAllowed });
    },
    // Proxies (nginx, and those that took it over) would else collect it first.
    { 'X-Accel-Buffering': 'no' },
  );
}

/** What a reader has had last is further on than what its address says: a browser keeps the address when it connects again. */
function positionOf(
  lastEventId: string | string[] | undefined,
  after: number | 'latest' | undefined,
): number | 'latest' | null {
  if (lastEventId === undefined || lastEventId === '') return after ?? 0;
  return typeof lastEventId === 'string' && isPosition(lastEventId) ? Number(lastEventId) : null;
}

async function pageAnswer(views: Views, after: number, limit: number, client: string | null): Promise<Answer> {
  const events: FeedEvent[] = [];
  let [position, more] = [after, true];
  for (let chunks = 0; more && events.length < limit && chunks < MAX_CHUNKS; chunks++) {
    const chunk = await views.eventsAfter(position, limit - events.length, client ?? undefined);
    events.push(...chunk.events);
    ({ position, more } = chunk);
  }
  const audience = client === null ? 'admin' : 'client';
  return json(200, { items: events.map((event) => feedItem(event, audience)), nextAfter: String(position), more });
}
