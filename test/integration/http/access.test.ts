import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import request from 'supertest';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { Who } from '../../../src/adapters/inbound/http/auth/who.ts';
import { listen, type Listening } from '../../../src/adapters/inbound/http/listen.ts';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import type { Route } from '../../../src/adapters/inbound/http/route.ts';
import { ROLES, type Role } from '../../../src/application/ports/accounts.ts';
import { API_KEY, asClient, asOtherClient, asUser, entitled, fakeApp, PASSWORD } from '../../support/http-app.ts';
import { webhookHeaders, type FakeApp } from '../../support/http-app.ts';
import { UNKNOWN_ID, validBody } from '../../support/valid-body.ts';
import type { JobId } from '../../../src/domain/primitives.ts';

/**
 * The least that each call asks of its caller, written a second time: a route that is new, gone, or open to others than before is red here.
 * A new call needs its line, and nothing else.
 */
const LEAST: Readonly<Record<string, Who>> = {
  'POST /v1/transactions': 'client',
  'GET /v1/transactions': 'client',
  'POST /v1/transactions/batch': 'client',
  'GET /v1/transactions/{id}': 'client',
  'POST /v1/transactions/{id}/cancel': 'client',
  'GET /v1/events': 'client',

  'POST /v1/signed-transactions': 'signing side',

  'POST /v1/admin/session': 'anyone',
  'DELETE /v1/admin/session': 'viewer',
  'GET /v1/admin/transactions': 'viewer',
  'GET /v1/admin/transactions/{id}': 'viewer',
  'POST /v1/admin/transactions/{id}/retry': 'operator',
  'POST /v1/admin/transactions/{id}/cancel': 'operator',
  'POST /v1/admin/transactions/{id}/close': 'operator',
  'POST /v1/admin/bulk-retries': 'operator',
  'GET /v1/admin/bulk-retries': 'viewer',
  'GET /v1/admin/bulk-retries/{id}': 'viewer',
  'GET /v1/admin/signers': 'viewer',
  'GET /v1/admin/overview': 'viewer',
  'GET /v1/admin/audit': 'viewer',
  'GET /v1/admin/events': 'viewer',

  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  'GET /metrics': 'anyone',
  'GET /openapi.json': 'anyone',
  'GET /docs': 'anyone',
};

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const TABLE = ROUTES.map((route) => [nameOf(route), route] as const);
const PATHS = [...new Set(ROUTES.map(({ path }) => path))];
const HOST = 'broadcaster.example';
const OWN_PAGE = { Origin: `http://${HOST}`, 'Content-Type': 'application/json' };

it('has a line for each route, and each line a route', () => {
  expect(Object.keys(LEAST).sort()).toEqual(ROUTES.map(nameOf).sort());
  for (const route of ROUTES) expect([nameOf(route), route.who]).toEqual([nameOf(route), LEAST[nameOf(route)]]);
});

it('shows an example of each body that passes its own schema', () => {
  for (const { name, body, who } of ROUTES) {
    if (!body || who === 'signing side' || body.optional) continue;
    expect([name, body.schema.safeParse(body.example).success]).toEqual([name, true]);
  }
});

type Headers = Readonly<Record<string, string>>;
type Kind = 'nobody' | 'client' | 'other client' | 'signing side' | Role;

interface Caller {
  readonly name: string;
  readonly kind: Kind;
  readonly headers: (fake: FakeApp, body: string) => Headers | Promise<Headers>;
}

const cookieOf = (headers: { readonly authorization: string }): Headers => ({
  Cookie: `tb_session=${headers.authorization.slice('Bearer '.length)}`,
});

/** A session that was good until a moment ago. */
function expired(fake: FakeApp): { readonly authorization: string } {
  const hash = createHash('sha256').update('expired').digest('hex');
  fake.accounts.sessions.set(hash, { username: 'admin', role: 'administrator', expiresAt: fake.clock.now() });
  return { authorization: 'Bearer expired' };
}

async function signedOut(fake: FakeApp): Promise<{ readonly authorization: string }> {
  const session = asUser('administrator');
  expect((await request(fake.app).delete('/v1/admin/session').set(session)).status).toBe(204);
  return session;
}

const CALLERS: readonly Caller[] = [
  { name: 'nobody', kind: 'nobody', headers: () => ({}) },
  { name: 'a token that nobody gave out', kind: 'nobody', headers: () => ({ authorization: 'Bearer garbage' }) },
  {
    name: 'a token of 500 characters',
    kind: 'nobody',
    headers: () => ({ authorization: `Bearer ${'x'.repeat(500)}` }),
  },
  { name: 'no token behind Bearer', kind: 'nobody', headers: () => ({ authorization: 'Bearer ' }) },
  { name: 'a right key of another scheme', kind: 'nobody', headers: () => ({ authorization: `Basic ${API_KEY}` }) },
  { name: 'a cookie that nobody gave out', kind: 'nobody', headers: () => ({ Cookie: 'tb_session=garbage' }) },
  { name: 'a client', kind: 'client', headers: () => asClient },
  { name: 'another client', kind: 'other client', headers: () => asOtherClient },
  { name: 'a key in the cookie', kind: 'nobody', headers: () => cookieOf(asClient) },
  { name: 'the signing side', kind: 'signing side', headers: (_, body) => webhookHeaders(body) },
  {
    name: 'a wrong HMAC',
    kind: 'nobody',
    headers: (_, body) => webhookHeaders(body, { secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }),
  },
  { name: 'an HMAC of another body', kind: 'nobody', headers: (_, body) => webhookHeaders(`${body} `) },
  ...ROLES.flatMap((role): Caller[] => [
    { name: `${role}, Bearer`, kind: role, headers: () => asUser(role) },
    {
      name: `${role}, cookie from our own page`,
      kind: role,
      headers: () => ({ ...cookieOf(asUser(role)), ...OWN_PAGE }),
    },
  ]),
  { name: 'an expired session, Bearer', kind: 'nobody', headers: expired },
  {
    name: 'an expired session, cookie',
    kind: 'nobody',
    headers: (fake) => ({ ...cookieOf(expired(fake)), ...OWN_PAGE }),
  },
  { name: 'a session that was signed out, Bearer', kind: 'nobody', headers: signedOut },
  {
    name: 'a session that was signed out, cookie',
    kind: 'nobody',
    headers: async (fake) => ({ ...cookieOf(await signedOut(fake)), ...OWN_PAGE }),
  },
  {
    name: 'a wrong Bearer beside a right cookie',
    kind: 'nobody',
    headers: () => ({ ...cookieOf(asUser('administrator')), ...OWN_PAGE, authorization: 'Bearer garbage' }),
  },
];

/** By the rules of the contract. */
function expected(least: Who, kind: Kind, hasId: boolean): 'in' | 401 | 403 | 404 {
  if (least === 'anyone') return 'in';
  if (least === 'signing side') return kind === 'signing side' ? 'in' : 401;
  if (least === 'client') {
    if (kind === 'other client') return hasId ? 404 : 'in';
    return kind === 'client' ? 'in' : 401;
  }
  if (kind === 'client' || kind === 'other client') return 403;
  const rank = ROLES.indexOf(kind as Role);
  if (rank < 0) return 401;
  return rank >= ROLES.indexOf(least) ? 'in' : 403;
}

/** One transaction of the client `first`, and a bulk retry under the same id, so that each id leads somewhere. */
async function withTransaction(fake: FakeApp): Promise<string> {
  const response = await request(fake.app)
    .post('/v1/transactions')
    .set(asClient)
    .send({ to: `0x${'1'.repeat(40)}` });
  const { id } = response.body as { id: string };
  fake.bulk.put(id as JobId, { actor: { name: 'user:x', requestId: null }, reason: 'x', of: { kind: 'ids', ids: [] } });
  return id;
}

const call = (fake: FakeApp, method: string, path: string, headers: Headers, body: string) => {
  const agent = request(fake.app);
  const one = agent[method.toLowerCase() as 'get'](path).set({ Host: HOST, Accept: 'application/json' });
  if (body !== '') void one.set('Content-Type', 'application/json');
  void one.set(headers);
  return body === '' ? one : one.send(body);
};

const codeOf = (response: { readonly body: unknown }): unknown => (response.body as { code?: string }).code;

describe.each(TABLE)('%s', (_, route) => {
  const body = validBody(route);
  const hasId = route.path.includes('{id}');
  const least = LEAST[nameOf(route)] ?? 'administrator';

  it.each(CALLERS)('$name', async ({ kind, headers }) => {
    const fake = fakeApp();
    const path = route.path.replace('{id}', await withTransaction(fake));
    const response = await call(fake, route.method, path, await headers(fake, body), body);
    const outcome = expected(least, kind, hasId);
    if (outcome === 'in') {
      // A queued one cannot be retried: that is no question of who asks.
      expect([200, 202, 204, 409]).toContain(response.status);
      return;
    }
    expect([response.status, response.headers['content-type']]).toEqual([
      outcome,
      'application/problem+json; charset=utf-8',
    ]);
    expect(response.headers['www-authenticate'] !== undefined).toBe(outcome === 401);
  });

  it('knows its own methods', async () => {
    const fake = fakeApp();
    const path = route.path.replace('{id}', UNKNOWN_ID);
    const here: string[] = ROUTES.filter((one) => one.path === route.path).map(({ method }) => method);
    const allow = [...here.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
      if (here.includes(method === 'HEAD' ? 'GET' : method)) continue;
      const response = await call(fake, method, path, asUser('administrator'), '');
      expect([method, response.status, response.headers['allow']]).toEqual([method, 405, allow]);
      if (method !== 'HEAD') expect(codeOf(response)).toBe('method_not_allowed');
    }
    const options = await call(fake, 'OPTIONS', path, { Origin: 'http://evil.example' }, '');
    expect([options.status, options.headers['allow']]).toEqual([204, allow]);
    // No page of another origin may read anything.
    expect(Object.keys(options.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('is at its own path alone', async () => {
    const fake = fakeApp();
    const path = route.path.replace('{id}', UNKNOWN_ID);
    const upper = path.replace(/[a-z]+$/, (word) => word.toUpperCase());
    const last = path.lastIndexOf('/') + 1;
    const encoded = `${path.slice(0, last)}%${path.charCodeAt(last).toString(16)}${path.slice(last + 1)}`;
    for (const other of [`${path}/`, `/${path}`, `${path};x`, `${path}%20`, `/api${path}`, encoded, upper]) {
      if (other === path || (hasId && other === encoded)) continue;
      const who = least === 'anyone' ? 'administrator' : least;
      const response = await call(fake, route.method, other, entitled(who, body), body);
      // Beside `batch` stands `{id}`, which knows other methods.
      const statuses = route.path === '/v1/transactions/batch' ? [404, 405] : [404];
      expect([other, statuses.includes(response.status)]).toEqual([other, true]);
    }
  });
});

describe.each(TABLE.filter(([, { path }]) => path.includes('{id}')))('%s with an id of a wrong form', (_, route) => {
  const body = validBody(route);
  const least = LEAST[nameOf(route)] ?? 'administrator';

  it.each([
    'none-such',
    UNKNOWN_ID.toUpperCase(),
    `${UNKNOWN_ID}0`,
    `{${UNKNOWN_ID}}`,
    UNKNOWN_ID.replaceAll('-', ''),
    `%20${UNKNOWN_ID}`,
    `${UNKNOWN_ID}%00`,
    `${UNKNOWN_ID}%0a`,
    '%00',
    '%zz',
    '%ff',
    '0',
    '-1',
    '*',
    "'%20or%201=1--",
    '__proto__',
    'x'.repeat(4_000),
  ])('%s is not found', async (id) => {
    const fake = fakeApp();
    fake.record.broken = new Error('nobody may ask the record for it');
    const path = route.path.replace('{id}', id);
    const response = await call(fake, route.method, path, entitled(least, body), body);
    expect([response.status, codeOf(response)]).toEqual([404, 'not_found']);
    // Whoever may not call learns nothing of the form of an id; what cannot be decoded is no address at all.
    const stranger = await call(fake, route.method, path, {}, body);
    expect([401, ...(id === '%zz' || id === '%ff' ? [404] : [])]).toContain(stranger.status);
  });

  it('of no transaction is not found', async () => {
    const fake = fakeApp();
    const path = route.path.replace('{id}', UNKNOWN_ID);
    const response = await call(fake, route.method, path, entitled(least, body), body);
    expect([response.status, codeOf(response)]).toEqual([404, 'not_found']);
  });
});

const WRITES_OF_USERS = TABLE.filter(
  ([name, { method }]) => method !== 'GET' && (ROLES as readonly Who[]).includes(LEAST[name] ?? 'anyone'),
);

describe.each(WRITES_OF_USERS)('%s by cookie', (_, route) => {
  const body = validBody(route);
  const json = { 'Content-Type': 'application/json' };

  it.each<[string, Headers]>([
    ['no Origin', json],
    ['an empty Origin', { ...json, Origin: '' }],
    ['the Origin null', { ...json, Origin: 'null' }],
    ['a foreign Origin', { ...json, Origin: 'http://evil.example' }],
    ['an Origin that begins like ours', { ...json, Origin: `http://${HOST}.evil.example` }],
    ['an Origin that ends like ours', { ...json, Origin: `http://evil-${HOST}` }],
    ['an Origin with our host as a user', { ...json, Origin: `http://${HOST}@evil.example` }],
    ['another port', { ...json, Origin: `http://${HOST}:81` }],
    [
      'a foreign Origin and a forwarded host',
      { ...json, Origin: 'http://evil.example', 'X-Forwarded-Host': 'evil.example' },
    ],
    ['a foreign Origin and a Referer of ours', { ...json, Origin: 'http://evil.example', Referer: `http://${HOST}/` }],
    ['a form', { ...OWN_PAGE, 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['text', { ...OWN_PAGE, 'Content-Type': 'text/plain' }],
    ['JSON that is said to be text', { ...OWN_PAGE, 'Content-Type': 'text/plain; x=application/json' }],
    ['several types', { ...OWN_PAGE, 'Content-Type': 'application/json, text/plain' }],
  ])('is refused with %s', async (_name, headers) => {
    const fake = fakeApp();
    const path = route.path.replace('{id}', await withTransaction(fake));
    const response = await call(fake, route.method, path, { ...cookieOf(asUser('administrator')), ...headers }, body);
    expect([response.status, codeOf(response)]).toEqual([403, 'forbidden']);
    expect([fake.record.retried, fake.record.cancelled, fake.record.closed]).toEqual([[], [], []]);
    // Nor has it signed anybody out.
    expect((await call(fake, 'GET', '/v1/admin/signers', asUser('administrator'), '')).status).toBe(200);
  });
});

it('each write by Bearer needs no Origin, and a content type where it has a body', async () => {
  for (const [name, route] of WRITES_OF_USERS) {
    const fake = fakeApp();
    const path = route.path.replace('{id}', await withTransaction(fake));
    const body = validBody(route);
    if (body !== '') {
      const text = await call(
        fake,
        route.method,
        path,
        { ...asUser('administrator'), 'Content-Type': 'text/plain' },
        body,
      );
      expect([name, text.status]).toEqual([name, 415]);
    }
    const response = await call(
      fake,
      route.method,
      path,
      { ...asUser('administrator'), Origin: 'http://evil.example' },
      body,
    );
    expect([name, [200, 202, 204, 409].includes(response.status)]).toEqual([name, true]);
  }
});

describe('what a stranger adds changes nothing', () => {
  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'])('%s', async (name) => {
    const fake = fakeApp();
    const response = await call(fake, 'GET', '/v1/transactions', { ...asClient, [name]: 'POST' }, '');
    expect([response.status, Object.keys(response.body as object)]).toEqual([200, ['items', 'nextCursor']]);
    const out = await call(fake, 'POST', '/v1/admin/session', { ...asUser('viewer'), [name]: 'DELETE' }, '');
    expect(out.status).not.toBe(204);
    expect((await call(fake, 'GET', '/v1/admin/signers', asUser('viewer'), '')).status).toBe(200);
    expect((await call(fake, 'GET', '/v1/transactions?_method=POST', asClient, '')).status).toBe(422);
  });

  it('X-Forwarded-Proto and X-Original-URL', async () => {
    const fake = fakeApp();
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Original-URL': '/healthz', 'X-Rewrite-URL': '/healthz' };
    expect((await call(fake, 'GET', '/v1/transactions', headers, '')).status).toBe(401);
    const signIn = JSON.stringify({ username: 'admin', password: PASSWORD });
    const response = await call(fake, 'POST', '/v1/admin/session', headers, signIn);
    expect([response.status, response.headers['set-cookie']?.[0]?.includes('Secure')]).toEqual([200, false]);
    expect(response.headers['strict-transport-security']).toBeUndefined();
  });

  it('X-Forwarded-For: who guesses passwords has one address', async () => {
    const addresses = new Set<string>();
    const fake = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: {
        ...parts,
        ...(parts.admin && {
          admin: {
            ...parts.admin,
            signIn: async ({ address }) => {
              addresses.add(address);
              return { kind: 'refused' } as const;
            },
          },
        }),
      },
    }));
    const guess = JSON.stringify({ username: 'admin', password: 'guess' });
    for (let i = 0; i < 21; i++) {
      const headers = {
        'X-Forwarded-For': `203.0.113.${i}`,
        Forwarded: `for=203.0.113.${i}`,
        'X-Real-IP': `203.0.113.${i}`,
      };
      expect((await call(fake, 'POST', '/v1/admin/session', headers, guess)).status).toBe(401);
    }
    expect([...addresses]).toEqual(['127.0.0.1']);
  });
});

describe('who is calling comes before what was sent', () => {
  const fake = fakeApp();
  let server: Listening;
  beforeAll(async () => {
    server = await listen(fake.app, { host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());

  const CLOSED = TABLE.filter(([name, { body }]) => body && LEAST[name] !== 'anyone');

  it.each(CLOSED)('%s answers 401 to the head of a request whose body never comes', async (_, { method, path }) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.setEncoding('utf8').on('error', () => undefined);
    const length = 4 * 1024 * 1024 * 1024;
    socket.write(
      `${method} ${path.replace('{id}', UNKNOWN_ID)} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [string];
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('"code":"unauthenticated"');
  });

  it.each(PATHS.filter((path) => ROUTES.some((route) => route.path === path && route.body)))(
    '%s in another method answers 405 without its body',
    async (path) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.setEncoding('utf8').on('error', () => undefined);
      socket.write(`PUT ${path.replace('{id}', UNKNOWN_ID)} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n`);
      const [answer] = (await once(socket, 'data')) as [string];
      socket.destroy();
      expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    },
  );
});
