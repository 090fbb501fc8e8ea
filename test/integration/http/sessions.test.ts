import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { SignInOutcome } from '../../../src/application/use-cases/sign-in.ts';
import { fakeApp, PASSWORD, type FakeApp } from '../../support/http-app.ts';
import { failedOne } from '../../support/http-failed-one.ts';

describe('sessions', () => {
  const signIn = (fake: FakeApp, password = PASSWORD) =>
    request(fake.app).post('/v1/admin/session').send({ username: 'admin', password });

  it('a token is good for 12 hours, or until it is given up', async () => {
    const fake = fakeApp();
    const response = await signIn(fake);
    const { token, role, expiresAt } = response.body as { token: string; role: string; expiresAt: string };
    expect([response.status, role, Date.parse(expiresAt) - fake.clock.now()]).toEqual([
      200,
      'administrator',
      12 * 3_600_000,
    ]);
    expect(response.headers['set-cookie']?.[0]).toMatch(
      /^tb_session=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect([...fake.accounts.sessions.keys()].join()).not.toContain(token);
    const list = () =>
      request(fake.app)
        .get('/v1/admin/transactions')
        .set({ authorization: `Bearer ${token}` });
    expect((await list()).status).toBe(200);
    fake.clock.advance(12 * 3_600_000);
    expect((await list()).status).toBe(401);
    const other = (await signIn(fake)).body as { token: string };
    expect(
      (
        await request(fake.app)
          .delete('/v1/admin/session')
          .set({ authorization: `Bearer ${other.token}` })
      ).status,
    ).toBe(204);
    expect(
      (
        await request(fake.app)
          .get('/v1/admin/signers')
          .set({ authorization: `Bearer ${other.token}` })
      ).status,
    ).toBe(401);
  });

  it('refuses a wrong name or password alike', async () => {
    const fake = fakeApp();
    for (const body of [
      { username: 'admin', password: 'guess' },
      { username: 'root', password: PASSWORD },
      { username: 'x', password: 'y' },
    ]) {
      const response = await request(fake.app).post('/v1/admin/session').send(body);
      expect([response.status, response.headers['www-authenticate'], response.headers['set-cookie']]).toEqual([
        401,
        'Bearer realm="admin"',
        undefined,
      ]);
    }
  });

  it.each<[SignInOutcome, string]>([
    [{ kind: 'throttled', retryAfterMs: 899_001 }, '900'],
    [{ kind: 'busy' }, '2'],
  ])('answers %j with 429, and says for how long', async (outcome, retryAfter) => {
    const fake = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: { ...parts, ...(parts.admin && { admin: { ...parts.admin, signIn: async () => outcome } }) },
    }));
    const response = await signIn(fake);
    expect([response.status, (response.body as { code: string }).code, response.headers['retry-after']]).toEqual([
      429,
      'rate_limited',
      retryAfter,
    ]);
  });

  it('the cookie reads everywhere, and writes only from our own pages with JSON', async () => {
    const fake = fakeApp();
    const id = await failedOne(fake);
    const { token } = (await signIn(fake)).body as { token: string };
    const cookie = `theme=dark; tb_session=${token}`;
    expect((await request(fake.app).get('/v1/admin/signers').set('Cookie', cookie)).status).toBe(200);
    const write = (headers: Record<string, string>) =>
      request(fake.app)
        .post(`/v1/admin/transactions/${id}/retry`)
        .set({ Cookie: cookie, Host: 'console.example', ...headers });
    const json = 'application/json';
    for (const headers of [
      {},
      { Origin: 'http://evil.example' },
      { Origin: 'null' },
      { Origin: 'http://console.example.evil' },
      { Origin: 'http://console.example:81' },
      { Origin: '' },
    ] as Record<string, string>[]) {
      const response = await write({ ...headers, 'Content-Type': json }).send('{"reason":"x"}');
      expect([headers, response.status, (response.body as { code: string }).code]).toEqual([headers, 403, 'forbidden']);
    }
    expect(
      (await write({ Origin: 'http://console.example', 'Content-Type': 'text/plain' }).send('{"reason":"x"}')).status,
    ).toBe(403);
    expect(
      (await write({ Origin: 'http://console.example', 'Content-Type': json }).send('{"reason":"x"}')).status,
    ).toBe(202);
    const signOut = (headers: Record<string, string>) =>
      request(fake.app)
        .delete('/v1/admin/session')
        .set({ Cookie: cookie, Host: 'console.example', ...headers });
    expect((await signOut({})).status).toBe(403);
    const out = await signOut({ Origin: 'https://console.example', 'Content-Type': json });
    expect([out.status, out.headers['set-cookie']?.[0]?.startsWith('tb_session=; Max-Age=0')]).toEqual([204, true]);
  });

  it('the cookie stays on https where it was given over https', async () => {
    const fake = fakeApp((deps) => ({ ...deps, trustProxy: true }));
    const response = await signIn(fake).set('X-Forwarded-Proto', 'https');
    expect(response.headers['set-cookie']?.[0]).toContain('; Secure');
    expect(response.headers['strict-transport-security']).toBeDefined();
  });
});
