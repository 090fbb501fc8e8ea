import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { EventStreams } from '../../../src/adapters/inbound/http/events/event-streams.ts';
import { listen, type Listening } from '../../../src/adapters/inbound/http/listen.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import type { FeedEvent } from '../../../src/application/ports/views.ts';
import type { ChainId, TransactionId } from '../../../src/domain/primitives.ts';
import { deferred } from '../../support/deferred.ts';
import { EventReader } from '../../support/event-reader.ts';
import { asClient, asOtherClient, asUser, fakeApp, PASSWORD, type FakeApp } from '../../support/http-app.ts';
import { until } from '../../support/until.ts';

const ID = '00000000-0000-7000-8000-0000000000ff' as TransactionId;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Commits the next events of the feed. */
function tell(
  { record, events, clock }: Pick<FakeApp, 'record' | 'clock'> & { readonly events: Pick<EventStreams, 'wake'> },
  times = 1,
  changes: Partial<FeedEvent> = {},
): void {
  for (let i = 0; i < times; i++) {
    const sequence = (record.feed.at(-1)?.sequence ?? 0) + 1;
    record.feed.push({
      ...{ sequence, id: String(sequence), at: clock.now(), type: 'Signed', from: 'queued', to: 'signed' },
      ...{ actor: 'system', detail: null, transactionId: ID, client: 'first', chainId: 31337 as ChainId },
      ...changes,
    });
  }
  events.wake();
}

interface Serving {
  readonly fake: FakeApp;
  readonly server: Listening;
  readonly open: (path?: string, headers?: Record<string, string>) => Promise<EventReader>;
}

async function serving(fake = fakeApp()): Promise<Serving> {
  const server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
  closers.push(async () => {
    fake.events.close();
    await server.close(0);
  });
  const open: Serving['open'] = async (path = '/v1/admin/events', headers = asUser('viewer')) => {
    const reader = await EventReader.open<{ id: string; transactionId: string; type: string }>(
      `http://127.0.0.1:${server.port}${path}`,
      headers,
    );
    closers.push(() => reader.close());
    return reader;
  };
  return { fake, server, open };
}

const said = ({ log }: FakeApp, level: string) => log.lines.filter((line) => line.level === level);
const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
const has = (reader: EventReader, count: number) =>
  until(`${count} events are there`, () => reader.heard.length >= count || undefined);

describe('a page of events', () => {
  it('has what is behind a position, and where to go on', async () => {
    const fake = fakeApp();
    tell(fake, 3);
    const get = (query: string) => request(fake.app).get(`/v1/events${query}`).set(asClient);
    const first = (await get('?limit=2')).body as { items: unknown[] };
    expect(first).toEqual({
      items: ['1', '2'].map((id) => ({
        ...{ id, transactionId: ID, at: new Date(fake.clock.now()).toISOString(), type: 'Signed' },
        ...{ from: 'queued', to: 'signed', actor: 'system', detail: null },
      })),
      nextAfter: '2',
      more: true,
    });
    expect((await get('?after=2')).body).toMatchObject({ items: [{ id: '3' }], nextAfter: '3', more: false });
    expect((await get('?after=3')).body).toEqual({ items: [], nextAfter: '3', more: false });
    expect((await get('?after=latest')).body).toEqual({ items: [], nextAfter: '3', more: false });
    expect((await get('').set('last-event-id', '2')).body).toMatchObject({ items: [{ id: '3' }] });
    expect((await get('')).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it("has of others' events nothing but the way over them, and of a node's words nothing", async () => {
    const fake = fakeApp();
    tell(fake, 1, { client: 'other', detail: { nodeMessage: 'words', reason: 'r' } });
    tell(fake, 1);
    const page = async (path: string, headers: Record<string, string>) =>
      (await request(fake.app).get(path).set(headers)).body as { items: Record<string, unknown>[]; nextAfter: string };
    const ours = await page('/v1/events', asClient);
    expect([ours.items.map(({ id }) => id), ours.nextAfter]).toEqual([['2'], '2']);
    const theirs = await page('/v1/events', asOtherClient);
    expect([theirs.items.length, theirs.items[0]?.['detail'], theirs.nextAfter]).toEqual([1, { reason: 'r' }, '2']);
    expect(theirs.items[0]).not.toHaveProperty('client');
    const all = await page('/v1/admin/events?after=0', { ...asUser('viewer'), accept: 'application/json' });
    expect(all.items).toMatchObject([
      { id: '1', client: 'other', chainId: 31337, detail: { nodeMessage: 'words', reason: 'r' } },
      { id: '2', client: 'first', chainId: 31337 },
    ]);
  });

  it('costs a bounded number of reads', async () => {
    const fake = fakeApp();
    fake.record.eventsAfter = async (position) => {
      fake.record.feedReads += 1;
      return { events: [], position: position + 1_000, more: true };
    };
    const response = await request(fake.app).get('/v1/events').set(asClient);
    expect([response.body, fake.record.feedReads]).toEqual([{ items: [], nextAfter: '5000', more: true }, 5]);
  });

  it.each(['-1', '01', '1.5', '', 'x', 'Latest', '9007199254740992', '1'.repeat(99)])(
    'refuses the position "%s"',
    async (after) => {
      const { app } = fakeApp();
      const response = await request(app).get(`/v1/events?after=${after}`).set(asClient);
      expect([response.status, response.body]).toMatchObject([422, { errors: [{ path: 'after' }] }]);
      if (after === '') return;
      const header = await request(app)
        .get('/v1/events')
        .set({ ...asClient, 'last-event-id': after });
      expect([header.status, header.body]).toMatchObject([422, { errors: [{ path: 'Last-Event-ID' }] }]);
    },
  );
});

describe('which form it has', () => {
  const STREAM = 'text/event-stream';
  const JSON_TYPE = 'application/json; charset=utf-8';
  it.each([
    ['/v1/admin/events', undefined, STREAM],
    ['/v1/admin/events', '*/*', STREAM],
    ['/v1/admin/events', 'text/html, */*;q=0.8', STREAM],
    ['/v1/admin/events', STREAM, STREAM],
    ['/v1/admin/events?after=0', STREAM, STREAM],
    ['/v1/admin/events', 'application/json', JSON_TYPE],
    ['/v1/admin/events?after=0', '*/*', JSON_TYPE],
    ['/v1/admin/events?limit=5', undefined, JSON_TYPE],
    ['/v1/admin/events', 'application/json;q=0.5, text/*', STREAM],
    ['/v1/admin/events', 'text/event-stream;q=0.5, application/json', JSON_TYPE],
    ['/v1/admin/events', 'Application/JSON', JSON_TYPE],
    ['/v1/events', undefined, JSON_TYPE],
    ['/v1/events', '*/*', JSON_TYPE],
    ['/v1/events', STREAM, STREAM],
  ])('%s with Accept %s: %s', async (path, accept, expected) => {
    const { server, fake } = await serving();
    const credentials = path.includes('admin') ? asUser('viewer') : asClient;
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { ...credentials, ...(accept !== undefined && { accept }) },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expected]);
    await response.body?.cancel();
    expect(said(fake, 'error')).toEqual([]);
  });
});

describe('the live feed', () => {
  it('catches up, goes on live, and says how to resume', async () => {
    const { fake, open } = await serving();
    tell(fake, 450);
    const reader = await open();
    await has(reader, 450);
    tell(fake);
    await has(reader, 451);
    expect(reader.ids).toEqual(range(1, 451));
    expect(reader.heard[450]?.data).toMatchObject({ id: '451', transactionId: ID, type: 'Signed', client: 'first' });
    expect([reader.lastEventId, reader.retryMs]).toEqual(['451', 2_000]);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(reader.headers['x-request-id']).toBeTruthy();
  });

  it('begins behind Last-Event-ID, which counts more than the address; or at a position; or now', async () => {
    const { fake, open } = await serving();
    tell(fake, 5);
    const viewer = asUser('viewer');
    const readers = [
      await open('/v1/admin/events', { ...viewer, 'last-event-id': '3' }),
      await open('/v1/admin/events?after=latest', { ...viewer, 'last-event-id': '3' }),
      await open('/v1/admin/events?after=4'),
      await open('/v1/admin/events?after=latest'),
    ];
    const [, , , latest] = readers;
    await until('it is told where now is', () => latest?.lastEventId);
    expect(latest?.lastEventId, 'so that it can resume before it has heard anything').toBe('5');
    tell(fake);
    for (const [i, expected] of [range(4, 6), range(4, 6), range(5, 6), ['6']].entries()) {
      await has(readers[i] as EventReader, expected.length);
      expect(readers[i]?.ids).toEqual(expected);
    }
  });

  it("tells a client of its own alone, and keeps the point of resumption near over others' events", async () => {
    const { fake, open } = await serving();
    tell(fake, 2, { client: 'other' });
    const reader = await open('/v1/events', { ...asClient });
    tell(fake);
    await has(reader, 1);
    tell(fake, 3, { client: 'other', detail: { nodeMessage: 'words' } });
    tell(fake, 1, { detail: { nodeMessage: 'words', reason: 'r' } });
    await has(reader, 2);
    expect(reader.heard.map(({ data }) => data)).toMatchObject([{ id: '3' }, { id: '7', detail: { reason: 'r' } }]);
    expect(JSON.stringify(reader.heard)).not.toMatch(/words|"client"/);
    const all = await open('/v1/admin/events?after=latest');
    tell(fake, 1, { client: 'other' });
    await has(all, 1);
    fake.clock.advance(15_000);
    await until('the heartbeat is there', () => reader.comments.length > 0);
    await until('with the position', () => reader.lastEventId === '8');
    expect(reader.ids).toEqual(['3', '7']);
  });

  it('has no hole and no event twice, whenever a reader joins', async () => {
    const { fake, open } = await serving();
    tell(fake, 1_000);
    const readers: { from: number; reader: EventReader }[] = [];
    const opening: Promise<unknown>[] = [];
    for (let round = 0; round < 12; round++) {
      const from = (round * 397) % 1_000;
      const headers = { ...asUser('viewer'), 'last-event-id': String(from) };
      opening.push(open('/v1/admin/events', headers).then((reader) => readers.push({ from, reader })));
      for (let i = 0; i < 20; i++) {
        tell(fake, 1 + ((round + i) % 7));
        await new Promise(setImmediate);
      }
    }
    await Promise.all(opening);
    const end = fake.record.feed.length;
    for (const { from, reader } of readers) {
      await until('it has all', () => reader.lastEventId === String(end));
      expect(reader.ids).toEqual(range(from + 1, end));
    }
  });

  it('is read up by who comes while the tail goes on', async () => {
    const { fake, open } = await serving();
    tell(fake);
    const first = await open();
    await has(first, 1);
    const { record } = fake;
    const read = record.eventsAfter.bind(record);
    const [begun, mayEnd] = [deferred(), deferred()];
    // What the second one finds is old by the time that it has it.
    record.eventsAfter = async (position, limit, client) => {
      const chunk = await read(position, limit, client);
      if (position === 0) {
        begun.resolve();
        await mayEnd.promise;
      }
      return chunk;
    };
    const second = await open();
    await begun.promise;
    tell(fake);
    await has(first, 2);
    mayEnd.resolve();
    tell(fake);
    await has(second, 3);
    expect(second.ids).toEqual(range(1, 3));
  });

  it('is read once for all readers, and by nobody while there is none', async () => {
    const { fake, open } = await serving();
    tell(fake, 3);
    expect(fake.record.feedReads).toBe(0);
    const readers = await Promise.all(Array.from({ length: 8 }, () => open('/v1/admin/events?after=latest')));
    tell(fake);
    for (const reader of readers) await has(reader, 1);
    const before = fake.record.feedReads;
    for (let round = 2; round <= 20; round++) {
      tell(fake);
      for (const reader of readers) await has(reader, round);
    }
    expect(fake.record.feedReads - before, 'about one a commit, not eight').toBeLessThan(40);
    for (const reader of readers) reader.close();
    await until('they are gone', () => fake.metrics.latest('broadcaster_event_streams') === 0);
    const quiet = fake.record.feedReads;
    for (let i = 0; i < 20; i++) {
      tell(fake);
      await new Promise(setImmediate);
    }
    expect(fake.record.feedReads).toBe(quiet);
  });

  it("finds what another process committed, whose signal it doesn't get", async () => {
    const { fake, open } = await serving();
    const reader = await open();
    tell(fake);
    await has(reader, 1);
    tell({ ...fake, events: { wake: () => undefined } });
    await has(reader, 2);
  });

  it('goes on when the database was away', async () => {
    const { fake, open } = await serving();
    const reader = await open();
    tell(fake);
    await has(reader, 1);
    fake.record.broken = new LedgerUnavailable('away');
    tell(fake);
    await until('it was noticed', () => said(fake, 'error').length > 0);
    fake.record.broken = null;
    tell(fake);
    await has(reader, 3);
    expect(reader.ids).toEqual(range(1, 3));
  });

  it('is answered 503 where it cannot begin, and ended where it cannot catch up: the reader comes back', async () => {
    const { fake, open } = await serving();
    fake.record.broken = new LedgerUnavailable('away');
    await expect(open('/v1/admin/events?after=latest')).rejects.toThrow('answered 503');
    const reader = await open();
    await reader.ends();
    expect(said(fake, 'warn')).toMatchObject([
      { message: 'the ledger is not available' },
      { message: 'an event stream ended: the database cannot answer now' },
    ]);
    fake.record.broken = new Error('a bug');
    await (await open()).ends();
    expect(said(fake, 'error')).toMatchObject([{ message: 'an event stream met a bug' }]);
  });

  it('shows every 15 s that it lives', async () => {
    const { fake, open } = await serving();
    const reader = await open();
    await until('it is open', () => reader.retryMs);
    for (const beats of [1, 2, 3]) {
      fake.clock.advance(15_000);
      await until(`${beats} heartbeats`, () => reader.comments.length >= beats);
    }
    expect(reader.heard).toEqual([]);
    reader.close();
    await until('nothing is left', () => fake.clock.pending === 0);
  });

  it('answers HEAD without beginning', async () => {
    const { fake } = await serving();
    const response = await request(fake.app).head('/v1/admin/events').set(asUser('viewer'));
    expect([response.status, response.headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(fake.clock.pending).toBe(0);
  });

  it('is counted when it ends, and its length is no answer time', async () => {
    const { fake, open } = await serving();
    const reader = await open();
    reader.close();
    const labels = { method: 'GET', route: '/v1/admin/events', status: '200' };
    await until('it is counted', () => fake.metrics.total('broadcaster_http_requests_total', labels) === 1);
    expect(fake.metrics.recorded.filter(({ name }) => name === 'broadcaster_http_request_seconds')).toEqual([]);
  });
});

describe('a reader that is too slow', () => {
  it('is cut off, disturbs nobody, and gets the rest when it comes back', async () => {
    const { fake, open } = await serving();
    const detail = { data: 'f'.repeat(100_000) };
    const [slow, quick] = [await open(), await open()];
    tell(fake);
    await has(slow, 1);
    slow.pause();
    let told = 1;
    await until('it is cut off', () => {
      if (said(fake, 'info').some(({ message }) => message.startsWith('an event stream was too slow'))) return true;
      if (quick.heard.length === told) {
        tell(fake, 10, { detail });
        told += 10;
      }
      return false;
    });
    slow.resume();
    await slow.ends();
    await has(quick, told);
    expect(quick.ids).toEqual(range(1, told));
    const had = slow.heard.length;
    expect(slow.ids).toEqual(range(1, had));
    expect(had).toBeLessThan(told);
    const again = await open('/v1/admin/events', { ...asUser('viewer'), 'last-event-id': slow.lastEventId ?? '' });
    await has(again, told - had);
    expect(again.ids).toEqual(range(had + 1, told));
  });

  it('is waited for while it catches up: no more is read than it takes', async () => {
    const { fake, open } = await serving();
    tell(fake, 4_000, { detail: { data: 'f'.repeat(10_000) } });
    const reader = await open();
    reader.pause();
    let reads = -1;
    await until('nobody reads on', async () => {
      const before = reads;
      reads = fake.record.feedReads;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return reads === before && reads === fake.record.feedReads;
    });
    expect(reads).toBeLessThan(15);
    reader.resume();
    await has(reader, 4_000);
    expect(reader.ids).toEqual(range(1, 4_000));
  });
});

describe('a stream ends', () => {
  const signIn = async ({ app }: FakeApp) => {
    const response = await request(app).post('/v1/admin/session').send({ username: 'admin', password: PASSWORD });
    return (response.body as { token: string }).token;
  };

  it('when its session is signed out, and no other with it', async () => {
    const { fake, open } = await serving();
    const token = await signIn(fake);
    const byCookie = await open('/v1/admin/events', { cookie: `tb_session=${token}` });
    const byToken = await open('/v1/admin/events', { authorization: `Bearer ${token}` });
    const other = await open();
    const out = await request(fake.app)
      .delete('/v1/admin/session')
      .set({ authorization: `Bearer ${token}` });
    expect(out.status).toBe(204);
    await byCookie.ends();
    await byToken.ends();
    tell(fake);
    await has(other, 1);
  });

  it('when its session expires', async () => {
    const { fake, open } = await serving();
    const reader = await open();
    const client = await open('/v1/events', asClient);
    fake.clock.advance(3_600_000 + 15_000);
    await reader.ends();
    tell(fake);
    await has(client, 1);
  });

  it('not while nobody can say whether its session has', async () => {
    const { fake, open } = await serving();
    const reader = await open();
    fake.accounts.findSession = () => Promise.reject(new LedgerUnavailable('away'));
    fake.clock.advance(15_000);
    await until('a heartbeat', () => reader.comments.length > 0);
    tell(fake);
    await has(reader, 1);
  });

  it('when the server stops, which takes no more', async () => {
    const { fake, server, open } = await serving();
    const readers = [await open(), await open('/v1/events', asClient)];
    fake.events.close();
    for (const reader of readers) await reader.ends();
    await expect(open()).rejects.toThrow(/answered 503 .*"retry-after":"2"/);
    await server.close();
  });
});

describe('how many streams', () => {
  it('there may be is bounded: beyond it 503 with Retry-After, until one ends', async () => {
    const fake = fakeApp((deps) => {
      const { client, admin } = deps.parts;
      if (!client || !admin) throw new Error('both parts are there');
      const events = new EventStreams({
        views: client.views,
        timers: { after: () => () => undefined },
        ...deps,
        most: 3,
      });
      return { ...deps, parts: { ...deps.parts, client: { ...client, events }, admin: { ...admin, events } } };
    });
    const { open } = await serving(fake);
    const [first] = [await open(), await open(), await open('/v1/events', asClient)];
    await expect(open()).rejects.toThrow(/answered 503 .*"retry-after":"2".*No more event streams/);
    expect((await request(fake.app).get('/v1/events').set(asClient)).status).toBe(200);
    first.close();
    await until('there is room', () => fake.metrics.latest('broadcaster_event_streams') === 2);
    await open();
  });

  it('one caller has leaves room for others', async () => {
    const { open } = await serving();
    for (let i = 0; i < 32; i++) await open('/v1/events', asClient);
    await expect(open('/v1/events', asClient)).rejects.toThrow('answered 503');
    await open('/v1/events', asOtherClient);
  });
});
