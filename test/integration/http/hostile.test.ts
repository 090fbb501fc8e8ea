import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../../src/adapters/inbound/http/listen.ts';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import { problemSchema } from '../../../src/adapters/inbound/http/schemas/answers.ts';
import { everyWrongField, hostileBody, hostileHeaders, hostileQuery } from '../../support/hostile-input.ts';
import { asClient, entitled, fakeApp } from '../../support/http-app.ts';
import { rawAnswer, type RawAnswer } from '../../support/raw-http.ts';
import { UNKNOWN_ID, validBody } from '../../support/valid-body.ts';

const fake = fakeApp();
let server: Listening;
beforeAll(async () => {
  server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

/** Every field of a problem that its reader needs, and nothing that was found by a bug. */
function isSane(answer: RawAnswer | null): void {
  expect(answer).not.toBeNull();
  if (!answer) return;
  const { status, headers, body } = answer;
  expect(fake.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect(status).toBeLessThan(500);
  expect(headers['x-request-id']).toMatch(/^[\x21-\x7e]{1,128}$/);
  if (status < 400) return;
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = problemSchema.parse(JSON.parse(body));
  expect([problem.status, problem.type]).toEqual([status, `/docs#${problem.code}`]);
  if (status === 422) expect(problem.errors?.length).toBeGreaterThan(0);
  if (status === 401) expect(headers['www-authenticate']).toBeTruthy();
  if (status === 405) expect(headers['allow']).toBeTruthy();
  if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
}

type Lines = readonly (readonly [string, string])[];
const head = (method: string, target: string, lines: Lines): string =>
  `${method} ${target} HTTP/1.1\r\nHost: broadcaster.example\r\nConnection: close\r\n${lines
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

const polluted = (): boolean => 'polluted' in {};

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const valid = validBody(route);
  const target = route.path.replace('{id}', UNKNOWN_ID);
  const json = ['Content-Type', 'application/json'] as const;
  const withLength = (body: Buffer): Lines => [json, ['Content-Length', String(body.length)]];
  const credentials = (body: Buffer): Lines => Object.entries(entitled(route.who, body.toString('utf8')));

  it('takes no harm from any body', async () => {
    const property = fc.asyncProperty(hostileBody(valid), async (body) => {
      const lines = [...credentials(body), ...withLength(body)];
      isSane(await rawAnswer(server.port, Buffer.concat([Buffer.from(head(route.method, target, lines)), body])));
      expect(polluted()).toBe(false);
    });
    await fc.assert(property, { numRuns: route.body ? 150 : 20 });
  });

  it('takes no harm from any query and any headers', async () => {
    const body = Buffer.from(valid);
    const property = fc.asyncProperty(hostileQuery, hostileHeaders, async (query, lines) => {
      const all = [...credentials(body), ...(valid === '' ? [] : withLength(body)), ...lines];
      const bytes = Buffer.concat([Buffer.from(head(route.method, `${target}${query}`, all), 'latin1'), body]);
      isSane(await rawAnswer(server.port, bytes));
    });
    await fc.assert(property, { numRuns: 70 });
  });

  it.each<[string, Lines, string]>([
    ['two lengths', [json, ['Content-Length', '2'], ['Content-Length', '3']], '{}'],
    ['twice the same length', [json, ['Content-Length', '2'], ['Content-Length', '2']], '{}'],
    ['a list of lengths', [json, ['Content-Length', '2, 2']], '{}'],
    ['a negative length', [json, ['Content-Length', '-1']], '{}'],
    ['a length in hex', [json, ['Content-Length', '0x2']], '{}'],
    ['a length beyond counting', [json, ['Content-Length', '9'.repeat(30)]], '{}'],
    ['a length and chunks', [json, ['Content-Length', '2'], ['Transfer-Encoding', 'chunked']], '{}'],
    ['chunks of a wrong form', [json, ['Transfer-Encoding', 'chunked']], 'zz\r\n{}\r\n0\r\n\r\n'],
    ['an unknown coding', [json, ['Transfer-Encoding', 'gzip, x']], '{}'],
    ['a length that is too short', [json, ['Content-Length', '1']], '{}'],
    ['gzip that is none', [json, ['Content-Encoding', 'gzip'], ['Content-Length', '2']], '{}'],
    ['two content types', [json, ['Content-Type', 'text/plain'], ['Content-Length', '2']], '{}'],
    ['two hosts', [['Host', 'other.example']], ''],
    ['a header without a name', [['', 'x']], ''],
    ['a header with a NUL', [['X-A', 'a\0b']], ''],
    ['a header with a line feed', [['X-A', 'a\nb']], ''],
    ['a header that is folded', [['X-A', 'a\r\n b']], ''],
    ['a blank before the colon', [['X-A ', 'b']], ''],
    ['a header of 20 kB', [['X-A', 'x'.repeat(20_000)]], ''],
    ['3000 headers', Array.from({ length: 3_000 }, (__, i) => [`X${i}`, ''] as const), ''],
  ])('answers %s with a problem, or as if nothing were', async (_name, lines, body) => {
    const all = [...credentials(Buffer.from(body)), ...lines];
    isSane(await rawAnswer(server.port, head(route.method, target, all) + body));
  });
});

const TABLE_WITH_BODY = ROUTES.filter(({ body }) => body).map(
  (route) => [`${route.method} ${route.path}`, route] as const,
);

it.each(TABLE_WITH_BODY)('%s takes no harm from any value in any field', async (_, route) => {
  const target = route.path.replace('{id}', UNKNOWN_ID);
  const ask = async (text: string): Promise<void> => {
    const lines: Lines = [
      ...Object.entries(entitled(route.who, text)),
      ['Content-Type', 'application/json'],
      ['Content-Length', String(Buffer.byteLength(text))],
    ];
    isSane(await rawAnswer(server.port, head(route.method, target, lines) + text));
  };
  const all = [...everyWrongField(validBody(route))];
  while (all.length > 0) await Promise.all(all.splice(0, 50).map(ask));
  expect(polluted()).toBe(false);
});

describe('a request line of an odd form', () => {
  it.each([
    'GET /docs HTTP/9.9',
    'GET  /docs  HTTP/1.1',
    'get /docs HTTP/1.1',
    'FROB /docs HTTP/1.1',
    'GET docs HTTP/1.1',
    'GET /\u00e9 HTTP/1.1',
    'GET /\0 HTTP/1.1',
    'GET http://evil.example/v1/transactions HTTP/1.1',
    'GET //evil.example/v1/transactions HTTP/1.1',
    'GET /v1/transactions#x HTTP/1.1',
    'GET /../etc/passwd HTTP/1.1',
    `GET /${'x'.repeat(20_000)} HTTP/1.1`,
    'GET * HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'TRACE /v1/transactions HTTP/1.1',
  ])('%s', async (line) => {
    const answer = await rawAnswer(
      server.port,
      Buffer.from(
        `${line}\r\nHost: x\r\nConnection: close\r\nAuthorization: ${asClient.authorization}\r\n\r\n`,
        'latin1',
      ),
    );
    isSane(answer);
  });
});
