import { request as httpRequest, Agent, type IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../../src/adapters/inbound/http/listen.ts';
import { problemSchema } from '../../../src/adapters/inbound/http/schemas/answers.ts';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import { asClient, asUser, fakeApp, webhookHeaders } from '../../support/http-app.ts';

const fake = fakeApp();
const agent = new Agent({ keepAlive: true });
let server: Listening;
beforeAll(async () => {
  server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  agent.destroy();
  await server.close();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | string;
}

const send = ({ method, path, headers, body }: Sent) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port: server.port,
        method,
        path,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
        agent,
      },
      (response) => {
        let text = '';
        // It would go on for ever.
        if (response.headers['content-type'] === 'text/event-stream') {
          response.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          return;
        }
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
      },
    );
    sent.on('error', reject).end(body);
  });

async function isSane(sent: Sent): Promise<void> {
  const { status, headers, text } = await send(sent);
  expect(status).toBeLessThan(500);
  expect(headers['x-request-id']).toBeTruthy();
  if (status < 400 || sent.method === 'HEAD') return;
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const body = problemSchema.parse(JSON.parse(text));
  expect(body.status).toBe(status);
  expect(body.type).toBe(`/docs#${body.code}`);
  if (status === 422) expect(body.errors?.length).toBeGreaterThan(0);
  if (status === 401) expect(headers['www-authenticate']).toBeTruthy();
}

const credentials = fc.constantFrom<Record<string, string>>(
  {},
  asClient,
  asUser('viewer'),
  asUser('administrator'),
  { authorization: 'Bearer ' },
  { cookie: 'tb_session=x; =;;' },
);
const ID = '00000000-0000-7000-8000-0000000000ff';
const segment = fc.oneof(
  fc.constantFrom(ID, 'x', '%00', '%zz', '..', '%2e%2e', 'batch', ''),
  fc.string({ maxLength: 20 }).map(encodeURIComponent2),
);
function encodeURIComponent2(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'));
}
const knownPath = fc
  .tuple(fc.constantFrom(...ROUTES.map(({ path }) => path)), segment)
  .map(([path, id]) => path.replace('{id}', id));
const anyPath = fc.oneof(
  knownPath,
  fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
);
const names = [
  'status',
  'from',
  'to',
  'hash',
  'q',
  'limit',
  'cursor',
  'nonce',
  'chainId',
  'createdAfter',
  'after',
  'errorCode',
  '__proto__',
  'constructor',
  '',
];
const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
});
const queryValue = fc.oneof(
  fc.constantFrom('queued', '1', '201', '-1', 'latest', '0x', ID, '%', '2030-01-01T00:00:00Z'),
  printable.map((text) => text.replaceAll('#', '')),
);
const query = fc.oneof(
  fc.constant(''),
  fc
    .array(fc.tuple(fc.constantFrom(...names), queryValue), { maxLength: 5 })
    .map((pairs) => `?${pairs.map((pair) => pair.join('=')).join('&')}`),
);
const headerValue = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 40,
});
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'idempotency-key',
    'if-match',
    'x-request-id',
    'accept',
    'origin',
    'cookie',
    'authorization',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'x-forwarded-for',
    'x-forwarded-proto',
    'range',
    'if-none-match',
    'last-event-id',
  ),
  headerValue,
  { maxKeys: 4 },
);
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'PROPFIND');

/** Values that are nearly right, so that most of a schema is walked through. */
const fieldValue = fc.oneof(
  fc.constantFrom(
    '1',
    '0x10',
    '-1',
    '0x',
    ID,
    `0x${'aB'.repeat(20)}`,
    `0x${'1'.repeat(40)}`,
    '2030-01-01T00:00:00Z',
    31337,
    1.5,
    null,
    true,
    '\ud800',
    '\0',
    (2n ** 256n).toString(),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
const fieldNames = [
  'chainId',
  'from',
  'to',
  'value',
  'data',
  'gasLimit',
  'maxFeePerGas',
  'maxPriorityFeePerGas',
  'validUntil',
  'metadata',
  'idempotencyKey',
  'reason',
  'changes',
  'username',
  'password',
  '__proto__',
  'constructor',
  'toString',
];
const object = fc.dictionary(fc.constantFrom(...fieldNames), fieldValue, { maxKeys: 6 });
const json = fc.oneof(
  object,
  fc.record({ transactions: fc.array(fc.oneof(object, fc.jsonValue()), { maxLength: 5 }) }),
  fc.record({
    items: fc.array(fc.record({ transactionId: fieldValue, rawTransaction: fieldValue }), { maxLength: 3 }),
  }),
  fc.record({ reason: fieldValue, changes: object }),
  fc.jsonValue(),
);

describe('no input gives a 5xx, and every error is a problem', () => {
  it('arbitrary requests', async () => {
    const sent = fc.record({
      method,
      path: fc.tuple(anyPath, query).map((parts) => parts.join('')),
      headers: fc.tuple(credentials, headers).map(([a, b]) => ({ ...a, ...b })),
      body: fc.oneof(
        fc.constant(''),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc.string({ maxLength: 100 }),
      ),
    });
    await fc.assert(fc.asyncProperty(sent, isSane), { numRuns: 1_500 });
  });

  it('positions in the feed', async () => {
    const position = fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '00',
        '7',
        '-0',
        '1e3',
        '0x1',
        ' 1',
        'latest',
        'Latest',
        '9007199254740991',
        '9007199254740992',
        '1'.repeat(400),
      ),
      fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
      headerValue,
    );
    const isPosition = (text: string): boolean => /^(0|[1-9][0-9]*)$/.test(text) && BigInt(text) < 2n ** 53n;
    const property = fc.asyncProperty(
      fc.constantFrom('/v1/events', '/v1/admin/events'),
      fc.option(position, { nil: undefined }),
      fc.option(position, { nil: undefined }),
      fc.constantFrom('', 'application/json', 'text/event-stream', '*/*', 'text/*;q=0.5, application/json;q=x'),
      async (path, after, lastEventId, accept) => {
        const sent: Sent = {
          method: 'GET',
          path: after === undefined ? path : `${path}?after=${encodeURIComponent(after)}`,
          headers: {
            // Nobody above signs out as this one.
            ...(path.includes('admin') ? asUser('operator') : asClient),
            ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
            accept,
          },
          body: '',
        };
        await isSane(sent);
        const header = lastEventId?.trim() ?? '';
        const right =
          (after === undefined || after === 'latest' || isPosition(after)) && (header === '' || isPosition(header));
        expect((await send(sent)).status).toBe(right ? 200 : 422);
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it('bodies that are nearly right', async () => {
    const writes = ROUTES.filter(({ body }) => body).map(({ path }) => path.replace('{id}', ID));
    const property = fc.asyncProperty(fc.constantFrom(...writes), json, credentials, async (path, value, who) => {
      const body = JSON.stringify(value);
      await isSane({
        method: 'POST',
        path,
        body,
        headers: { ...who, ...webhookHeaders(body), 'content-type': 'application/json' },
      });
    });
    await fc.assert(property, { numRuns: 1_500 });
  });
});
