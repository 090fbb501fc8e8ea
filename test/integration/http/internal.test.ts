import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { fakeApp, webhookHeaders, INTERNAL_SECRET } from '../../support/http-app.ts';

const ID = '00000000-0000-7000-8000-0000000000ff';
const BODY = JSON.stringify({ items: [{ transactionId: ID, rawTransaction: '0x02AB' }] });
const MINUTE = 60_000;

const post = (app: ReturnType<typeof fakeApp>['app'], body: string, headers: Record<string, string>) =>
  request(app).post('/v1/signed-transactions').set('Content-Type', 'application/json').set(headers).send(body);

describe('POST /v1/signed-transactions', () => {
  it('takes what the signing side has signed', async () => {
    const { app, endpointTwo } = fakeApp();
    const response = await post(app, BODY, webhookHeaders(BODY));
    expect([response.status, response.body]).toEqual([202, { results: [{ transactionId: ID, outcome: 'accepted' }] }]);
    expect(endpointTwo.items).toEqual([{ transactionId: ID, rawTransaction: '0x02ab' }]);
  });

  it('takes either of two secrets, and one right signature among several', async () => {
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const { app } = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: {
        ...parts,
        ...(parts.internal && { internal: { ...parts.internal, internalSecrets: [INTERNAL_SECRET, other] } }),
      },
    }));
    const headers = webhookHeaders(BODY, { secret: other });
    expect((await post(app, BODY, headers)).status).toBe(202);
    const several = `v1a,AAAA v1,AAAA ${headers['webhook-signature'] ?? ''}`;
    expect((await post(app, BODY, { ...headers, 'webhook-signature': several })).status).toBe(202);
  });

  const right = () => webhookHeaders(BODY);
  const old = new Date(Date.now() - 5.5 * MINUTE);
  it.each<[string, () => Record<string, string>]>([
    ['no headers', () => ({})],
    ['another secret', () => webhookHeaders(BODY, { secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` })],
    ['another body', () => webhookHeaders(`${BODY} `)],
    ['an old timestamp', () => webhookHeaders(BODY, { at: old })],
    ['a timestamp ahead', () => webhookHeaders(BODY, { at: new Date(Date.now() + 5.5 * MINUTE) })],
    [
      'a fresh timestamp on an old signature',
      () => ({ ...webhookHeaders(BODY, { at: old }), 'webhook-timestamp': right()['webhook-timestamp'] ?? '' }),
    ],
    ['another id', () => ({ ...right(), 'webhook-id': 'msg_other' })],
    ['an empty id, signed', () => webhookHeaders(BODY, { id: '' })],
    ['a timestamp with a tail', () => ({ ...right(), 'webhook-timestamp': `${right()['webhook-timestamp'] ?? ''}x` })],
    ['no signature in it', () => ({ ...right(), 'webhook-signature': 'v1' })],
    ['an empty signature', () => ({ ...right(), 'webhook-signature': 'v1,' })],
    [
      'another version',
      () => ({ ...right(), 'webhook-signature': (right()['webhook-signature'] ?? '').replace('v1,', 'v2,') }),
    ],
  ])('lets nobody in with %s', async (_, headers) => {
    const { app, endpointTwo } = fakeApp();
    const response = await post(app, BODY, headers());
    expect([response.status, response.headers['www-authenticate']]).toEqual([
      401,
      'StandardWebhooks realm="signing side"',
    ]);
    expect(endpointTwo.items).toEqual([]);
  });

  it('asks for the signature before it reads JSON', async () => {
    expect((await post(fakeApp().app, '{"items":', webhookHeaders('{"items"'))).status).toBe(401);
    expect((await post(fakeApp().app, '{"items":', webhookHeaders('{"items":'))).status).toBe(400);
  });

  it.each([
    [{ items: [] }, 'items'],
    [{ items: Array(501).fill({ transactionId: ID, rawTransaction: '0x' }) }, 'items'],
    [{ items: [{ transactionId: ID, rawTransaction: '0x1' }] }, 'items[0].rawTransaction'],
    [{ items: [{ transactionId: 'a b', rawTransaction: '0x' }] }, 'items[0].transactionId'],
    [{ items: [{ transactionId: ID, rawTransaction: '0x', extra: 1 }] }, 'items[0].extra'],
    [[], ''],
  ])('refuses %#', async (value, path) => {
    const body = JSON.stringify(value);
    const response = await post(fakeApp().app, body, webhookHeaders(body));
    expect([response.status, (response.body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([422, path]);
  });
});
