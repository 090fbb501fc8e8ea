import { afterEach, describe, expect, it } from 'vitest';
import { DirectEndpointTwo } from '../../src/adapters/outbound/endpoint-two/direct-endpoint-two.ts';
import { HttpEndpointTwo } from '../../src/adapters/outbound/endpoint-two/http-endpoint-two.ts';
import { EndpointTwoServer } from './endpoint-two-server.ts';
import { endpointTwoSuite, item, items, TurningEndpointTwo } from './suites/endpoint-two.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Changes {
  readonly base?: string;
  readonly secret?: string;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

async function overHttp({ base = '', secret = SECRET, timeoutMs, now = Date.now }: Changes = {}) {
  const side = new TurningEndpointTwo();
  const server = await EndpointTwoServer.start(SECRET, side);
  open.push(() => server.stop());
  let id = 0;
  const ids = { next: () => `id-${(id += 1)}` };
  const url = server.url + base;
  const endpointTwo = new HttpEndpointTwo({
    url,
    secret,
    clock: { now },
    ids,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  open.push(() => endpointTwo.close());
  return { endpointTwo, side, server };
}

describe('endpoint 2 in the same process', () => {
  endpointTwoSuite(async () => {
    const side = new TurningEndpointTwo();
    return { endpointTwo: new DirectEndpointTwo(side), side };
  });
});

describe('endpoint 2 over HTTP', () => {
  endpointTwoSuite(overHttp);

  it('signs each request with an id and a time of its own', async () => {
    const times = [Date.now(), Date.now() + 1_000, Date.now() + 2_000];
    const rest = [...times];
    const { endpointTwo, server } = await overHttp({ now: () => rest.shift() ?? 0 });
    expect(await endpointTwo.submit(items(1_001))).toMatchObject({ kind: 'answered' });
    expect(server.requests.map((request) => request.id)).toEqual(['id-1', 'id-2', 'id-3']);
    expect(server.requests.map((request) => request.timestamp)).toEqual(
      times.map((time) => String(Math.floor(time / 1000))),
    );
  });

  it('sends at most 500 items a request, over connections that are kept', async () => {
    const { endpointTwo, side, server } = await overHttp();
    await endpointTwo.submit(items(2_501));
    expect(side.calls.map((call) => call.length)).toEqual([500, 500, 500, 500, 500, 1]);
    // A second one, since a connection is free again only a moment after its answer was read.
    expect(new Set(server.requests.map((request) => request.port)).size).toBeLessThanOrEqual(2);
  });

  it('sends at most 4 MiB a request, and fills them', async () => {
    const { endpointTwo, side, server } = await overHttp();
    const large = Array.from({ length: 40 }, (_, number) => item(number, 131_072));
    expect(await endpointTwo.submit(large)).toMatchObject({ kind: 'answered' });
    expect(side.calls.flat()).toEqual(large);
    for (const { bytes } of server.requests) expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(side.calls.map((call) => call.length)).toEqual([15, 15, 10]);
  });

  it('fills a request to the last byte', async () => {
    const { endpointTwo, side, server } = await overHttp();
    const frame = JSON.stringify({ items: [item(0, 0), item(1, 0)] }).length;
    const half = Math.floor((4 * 1024 * 1024 - frame) / 4);
    const rest = (4 * 1024 * 1024 - frame) / 2 - half;
    await endpointTwo.submit([item(0, half), item(1, rest), item(2, 0)]);
    expect(server.requests[0]?.bytes).toBeGreaterThan(4 * 1024 * 1024 - 2);
    expect(side.calls.map((call) => call.length)).toEqual([2, 1]);
  });

  it.each([
    ['/', 'POST /v1/signed-transactions application/json'],
    ['/stage/', 'POST /stage/v1/signed-transactions application/json'],
    ['/stage', 'POST /stage/v1/signed-transactions application/json'],
  ])('finds its path behind %s', async (base, path) => {
    const { endpointTwo, server } = await overHttp({ base });
    await endpointTwo.submit(items(1));
    expect(server.requests[0]?.path).toBe(path);
  });

  it('is not reached with another secret', async () => {
    const { endpointTwo, side } = await overHttp({ secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` });
    expect(await endpointTwo.submit(items(1))).toEqual({ kind: 'notReached', message: 'endpoint 2 answered 401' });
    expect(side.calls).toEqual([]);
  });

  it.each([
    ['another number of results', { results: [] }],
    ['results for others', { results: [{ transactionId: item(2).transactionId, outcome: 'accepted' }] }],
    ['an outcome that is none', { results: [{ transactionId: item(1).transactionId, outcome: 'maybe' }] }],
    ['a refusal without a code', { results: [{ transactionId: item(1).transactionId, outcome: 'refused' }] }],
    [
      'a code that is none',
      { results: [{ transactionId: item(1).transactionId, outcome: 'refused', code: 'toString' }] },
    ],
    ['no results', { message: 'Internal Server Error' }],
    ['null', null],
  ])('is not reached by an answer with %s', async (_name, answer) => {
    const { endpointTwo, server } = await overHttp();
    server.reply = (response) => response.writeHead(202).end(JSON.stringify(answer));
    expect(await endpointTwo.submit([item(1)])).toEqual({
      kind: 'notReached',
      message: 'endpoint 2 answered 202 with a body that is no answer to what was sent',
    });
  });

  it('is not reached by a page, a gateway, or a success of another kind', async () => {
    const { endpointTwo, server } = await overHttp();
    server.reply = (response) => response.writeHead(202).end('<html>');
    expect(await endpointTwo.submit([item(1)])).toMatchObject({ kind: 'notReached' });
    server.reply = (response) => response.writeHead(502).end('{"message":"Bad Gateway"}');
    expect(await endpointTwo.submit([item(1)])).toEqual({ kind: 'notReached', message: 'endpoint 2 answered 502' });
    server.reply = (response) => response.writeHead(200).end('{"results":[]}');
    expect(await endpointTwo.submit([item(1)])).toEqual({ kind: 'notReached', message: 'endpoint 2 answered 200' });
  });

  it('is not reached where the connection breaks, before or within the answer', async () => {
    const { endpointTwo, server } = await overHttp();
    server.reply = (response) => response.destroy();
    expect(await endpointTwo.submit([item(1)])).toEqual({
      kind: 'notReached',
      message: 'endpoint 2 was not reached: UND_ERR_SOCKET',
    });
    server.reply = (response) => {
      response.writeHead(202, { 'content-length': '1000' }).write('{"results":', () => response.destroy());
    };
    expect(await endpointTwo.submit([item(1)])).toMatchObject({ kind: 'notReached' });
  });

  it('is not reached where nobody answers in time', async () => {
    const { endpointTwo, server } = await overHttp({ timeoutMs: 20 });
    server.reply = () => undefined;
    expect(await endpointTwo.submit([item(1)])).toEqual({
      kind: 'notReached',
      message: 'endpoint 2 was not reached: TimeoutError',
    });
  });

  it('is not reached where nobody listens', async () => {
    const { endpointTwo, server } = await overHttp();
    await server.stop();
    expect(await endpointTwo.submit([item(1)])).toEqual({
      kind: 'notReached',
      message: 'endpoint 2 was not reached: ECONNREFUSED',
    });
  });

  it('stops at the first request that fails', async () => {
    const { endpointTwo, server } = await overHttp();
    server.reply = (response) => response.writeHead(503).end();
    expect(await endpointTwo.submit(items(1_500))).toEqual({ kind: 'notReached', message: 'endpoint 2 answered 503' });
    expect(server.requests).toHaveLength(1);
  });
});
