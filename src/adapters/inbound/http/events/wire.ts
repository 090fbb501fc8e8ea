import type { FeedEvent } from '../../../../application/ports/views.ts';
import { feedItem } from '../present/transaction.ts';
import type { Audience } from '../present/transaction.ts';

/** When a client that lost its stream connects again. */
const RECONNECT_MS = 2_000;

/** Each event is written out once, however many read it. */
const written: Readonly<Record<Audience, WeakMap<FeedEvent, string>>> = { client: new WeakMap(), admin: new WeakMap() };

export function eventText(event: FeedEvent, audience: Audience): string {
  const known = written[audience].get(event);
  if (known !== undefined) return known;
  const text = `id: ${event.id}\ndata: ${JSON.stringify(feedItem(event, audience))}\n\n`;
  written[audience].set(event, text);
  return text;
}

/** An id without data is no event, but it is remembered: a stream that breaks before its first event is resumed from here. */
export const positionText = (position: number): string => `id: ${position}\n\n`;

export const opening = (position: number): string => `retry: ${RECONNECT_MS}\n${positionText(position)}`;

export const HEARTBEAT = ': still here\n\n';
