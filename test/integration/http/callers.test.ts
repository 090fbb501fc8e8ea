import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/adapters/inbound/http/route-table.ts';
import { asClient, asUser, fakeApp } from '../../support/http-app.ts';

const ID = '00000000-0000-7000-8000-0000000000ff';
describe('what is not there', () => {
  it.each([
    '/v1/nowhere',
    '/v1/transactions/',
    '/V1/transactions',
    '/v1//transactions',
    '/v1/transactions/%zz/cancel',
    '/nowhere',
    '/v1/events/',
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
