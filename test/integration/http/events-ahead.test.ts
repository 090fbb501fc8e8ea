import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../../src/adapters/inbound/http/listen.ts';
import type { ChainId, TransactionId } from '../../../src/domain/primitives.ts';
import { EventReader } from '../../support/event-reader.ts';
import { asClient, asUser, fakeApp } from '../../support/http-app.ts';
import { until } from '../../support/until.ts';

const ID = '00000000-0000-7000-8000-0000000000ff' as TransactionId;
const READERS = 20;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serving() {
  const fake = fakeApp();
  const server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
  closers.push(async () => {
    fake.events.close();
    await server.close(0);
  });
  const open = async (path: string, headers: Record<string, string>): Promise<EventReader> => {
    const reader = await EventReader.open<{ id: string; transactionId: string; type: string }>(
      `http://127.0.0.1:${server.port}${path}`,
      headers,
    );
    closers.push(() => reader.close());
    await until('it is open', () => reader.retryMs);
    return reader;
  };
  const tell = (sequence: number): void => {
    fake.record.feed.push({
      ...{ sequence, id: String(sequence), at: fake.clock.now(), type: 'Signed', from: 'queued', to: 'signed' },
      ...{ actor: 'system', detail: null, transactionId: ID, client: 'first', chainId: 31337 as ChainId },
    });
    fake.events.wake();
  };
  return { fake, open, tell };
}

describe('a reader that names a position which no event has yet', () => {
  it.each([
    ['nobody', null],
    ['a client', String(Number.MAX_SAFE_INTEGER)],
  ])('%s: the end of the feed is read once for all the others', async (_, ahead) => {
    const { fake, open, tell } = await serving();
    if (ahead !== null) await open('/v1/events', { ...asClient, 'last-event-id': ahead });
    const others: EventReader[] = [];
    for (let i = 0; i < READERS; i++) others.push(await open('/v1/admin/events', asUser('viewer')));
    const all = (heard: number) =>
      until(`${heard} are heard by all`, () => others.every((one) => one.heard.length >= heard));
    tell(1);
    await all(1);
    const before = fake.record.feedReads;
    tell(2);
    await all(2);
    expect(fake.record.feedReads - before).toBeLessThan(READERS / 2);
  });

  it('hears what comes beyond it, by stream and by page, and can find out that it is ahead', async () => {
    const { fake, open, tell } = await serving();
    tell(1);
    const ahead = await open('/v1/events', { ...asClient, 'last-event-id': '3' });
    const other = await open('/v1/events', asClient);
    const page = async (after: string) =>
      (await request(fake.app).get(`/v1/events?after=${after}`).set(asClient)).body as unknown;
    expect(await page('3')).toEqual({ items: [], nextAfter: '3', more: false });
    expect(await page('latest')).toMatchObject({ nextAfter: '1' });
    for (const sequence of [2, 3, 4]) tell(sequence);
    await until('both are at the end', () => [ahead, other].every(({ lastEventId }) => lastEventId === '4'));
    expect([ahead.ids, other.ids]).toEqual([['4'], ['1', '2', '3', '4']]);
    expect(await page('3')).toMatchObject({ items: [{ id: '4' }], nextAfter: '4' });
  });
});
