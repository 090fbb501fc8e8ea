import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import type { Route } from '../../../src/adapters/inbound/http/route.ts';
import { ROLES, type Role } from '../../../src/application/ports/accounts.ts';
import { asClient, asUser, fakeApp, webhookHeaders } from '../../support/http-app.ts';

const ID = '00000000-0000-7000-8000-0000000000ff';
/** Valid in form for every call with a body, where it has an example; else empty. */
const bodyOf = ({ body, method }: Route): string | undefined =>
  method === 'POST'
    ? JSON.stringify(
        body?.example ?? (body?.optional ? {} : { items: [{ transactionId: ID, rawTransaction: '0x02' }] }),
      )
    : undefined;

interface Kind {
  readonly name: string;
  readonly headers: (body: string) => Record<string, string>;
}
const KINDS: readonly Kind[] = [
  { name: 'nobody', headers: () => ({}) },
  { name: 'an unknown key', headers: () => ({ authorization: 'Bearer unknown' }) },
  { name: 'client', headers: () => asClient },
  { name: 'signing side', headers: webhookHeaders },
  ...ROLES.map((role) => ({ name: role, headers: () => asUser(role) })),
];

/** By the rules of the contract, written here a second time. */
function expected(who: Route['who'], kind: string): 'in' | 401 | 403 {
  if (who === 'anyone') return 'in';
  if (who === 'client' || who === 'signing side') return who === kind ? 'in' : 401;
  if (kind === 'client') return 403;
  const rank = ROLES.indexOf(kind as Role);
  if (rank < 0) return 401;
  return rank >= ROLES.indexOf(who) ? 'in' : 403;
}

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  it.each(KINDS)('$name', async ({ name, headers }) => {
    const body = bodyOf(route);
    const { app } = fakeApp();
    const method = route.method.toLowerCase() as 'get' | 'post' | 'delete';
    const agent = request(app);
    const call = agent[method](route.path.replace('{id}', ID)).set(headers(body ?? ''));
    const response = await (body === undefined ? call : call.set('Content-Type', 'application/json').send(body));
    const outcome = expected(route.who, name);
    if (outcome === 'in') {
      const signInRefused = route.name === 'signIn' ? [401] : [];
      expect([200, 202, 204, 404, ...signInRefused]).toContain(response.status);
    } else {
      expect([response.status, response.headers['content-type']]).toEqual([
        outcome,
        'application/problem+json; charset=utf-8',
      ]);
      expect(response.headers['www-authenticate'] !== undefined).toBe(outcome === 401);
    }
  });

  it('other methods are answered with Allow', async () => {
    const { app } = fakeApp();
    const path = route.path.replace('{id}', ID);
    const here = ROUTES.filter((one) => one.path === route.path).map(({ method }) => method);
    for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const) {
      if ((here as string[]).includes(method)) continue;
      const response = await request(app)[method.toLowerCase() as 'get'](path).set(asClient);
      expect([response.status, (response.body as { code: string }).code]).toEqual([405, 'method_not_allowed']);
      for (const one of here) expect(response.headers['allow']).toContain(one);
    }
    const options = await request(app).options(path);
    expect([options.status, options.headers['allow']?.includes(route.method)]).toEqual([204, true]);
  });
});

describe('what is not there', () => {
  it.each([
    '/v1/nowhere',
    '/v1/transactions/',
    '/V1/transactions',
    '/v1//transactions',
    '/v1/transactions/%zz/cancel',
    '/nowhere',
    '/v1/events',
    '/v1',
  ])('GET %s is not found', async (path) => {
    const response = await request(fakeApp().app).get(path).set(asClient);
    expect([response.status, response.headers['content-type'], (response.body as { code: string }).code]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
      'not_found',
    ]);
  });

  it.each(['none-such', ID.toUpperCase().replace('FF', 'FG'), `${ID}0`, '%00', '..', "'%20or%201=1"])(
    'the id %s is not found',
    async (id) => {
      for (const path of [`/v1/transactions/${id}`, `/v1/admin/transactions/${id}`]) {
        const response = await request(fakeApp().app)
          .get(path)
          .set(path.includes('admin') ? asUser('viewer') : asClient);
        expect(response.status).toBe(404);
        // An operator sees every client's.
        expect(response.text.includes('another client')).toBe(!path.includes('admin'));
      }
    },
  );

  it('below /v1/admin a stranger does not learn what is there', async () => {
    const { app } = fakeApp();
    expect((await request(app).post('/v1/admin/no-such-call').send({})).status).toBe(401);
    expect((await request(app).post('/v1/admin/no-such-call').set(asClient).send({})).status).toBe(403);
    expect((await request(app).post('/v1/admin/no-such-call').set(asUser('viewer')).send({})).status).toBe(404);
  });

  it('a key that is sent with its name is told what to send', async () => {
    const { app } = fakeApp();
    const detailOf = async (key: string): Promise<string> => {
      const response = await request(app).get('/v1/transactions').set('authorization', `Bearer ${key}`);
      expect(response.status).toBe(401);
      return (response.body as { detail: string }).detail;
    };
    expect(await detailOf('default:tb_0123')).toBe(
      'This API key is not known. Send only what stands behind the colon of NAME:KEY.',
    );
    expect(await detailOf('tb_0123')).toBe('This API key is not known.');
  });

  it('a part that is not given is not mounted', async () => {
    const { app } = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: { ...(parts.operations && { operations: parts.operations }) },
    }));
    expect((await request(app).get('/healthz')).status).toBe(200);
    for (const { path, part } of ROUTES) {
      if (part !== 'operations')
        expect((await request(app).get(path.replace('{id}', ID)).set(asClient)).status).toBe(404);
    }
  });
});
