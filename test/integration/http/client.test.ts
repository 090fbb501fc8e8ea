import request, { type Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { transaction } from '../../../src/adapters/inbound/http/schemas/transaction.ts';
import { API_KEY, asClient, asOtherClient, fakeApp } from '../../support/http-app.ts';
import { SIGNER } from '../../support/http-fakes.ts';

const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const problemOf = (response: Response) =>
  response.body as { code: string; errors?: { path: string; message: string }[] };

describe('POST /v1/transactions', () => {
  it('answers a Transaction with every key, where to read it, and an id for the request', async () => {
    const { app, record } = fakeApp();
    const body = {
      to: TO.toLowerCase(),
      value: '0x10',
      data: '0xABCD',
      maxFeePerGas: '100',
      maxPriorityFeePerGas: '0x1',
      validUntil: '2999-01-01T02:00:00+02:00',
      metadata: { order: 7 },
      chainId: 31337,
      from: SIGNER,
      gasLimit: '60000',
    };
    const response = await request(app)
      .post('/v1/transactions')
      .set(asClient)
      .set('Idempotency-Key', 'k-1')
      .set('X-Request-Id', 'mine-1')
      .send(body);
    expect(response.status).toBe(202);
    expect(() => transaction.parse(response.body)).not.toThrow();
    expect(response.body).toMatchObject({
      status: 'queued',
      chainId: 31337,
      from: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
      to: TO,
      value: '16',
      data: '0xabcd',
      gasLimit: '60000',
      maxFeePerGas: '100',
      maxPriorityFeePerGas: '1',
      nonce: null,
      hash: null,
      metadata: { order: 7 },
      validUntil: '2999-01-01T00:00:00.000Z',
      idempotencyKey: 'k-1',
      failure: null,
      closed: null,
      settled: false,
    });
    expect(response.headers).toMatchObject({
      'x-request-id': 'mine-1',
      'cache-control': 'no-store',
      location: `/v1/transactions/${(response.body as { id: string }).id}`,
    });
    expect(response.headers['idempotent-replayed']).toBeUndefined();
    expect(record.accepted[0]?.request).toMatchObject({ to: TO.toLowerCase(), valueWei: 16n, data: '0xabcd' });
  });

  it('says of a repeated one that it is, and refuses another request under its key', async () => {
    const { app } = fakeApp();
    const post = (value: string) =>
      request(app).post('/v1/transactions').set(asClient).set('Idempotency-Key', 'order').send({ to: TO, value });
    const first = await post('7');
    const again = await post('0x7');
    expect([again.status, again.headers['idempotent-replayed'], (again.body as { id: string }).id]).toEqual([
      202,
      'true',
      (first.body as { id: string }).id,
    ]);
    const other = await post('8');
    expect([other.status, problemOf(other).code]).toEqual([409, 'idempotency_key_reused']);
    const ofOther = await request(app)
      .post('/v1/transactions')
      .set(asOtherClient)
      .set('Idempotency-Key', 'order')
      .send({ to: TO, value: '8' });
    expect(ofOther.status).toBe(202);
  });

  it('takes the same answer for posts of one moment from one read', async () => {
    const { app, record } = fakeApp();
    const server = app.listen(0, '127.0.0.1');
    try {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => request(server).post('/v1/transactions').set(asClient).send({ to: TO })),
      );
      expect(answers.every(({ status }) => status === 202)).toBe(true);
      expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(20);
      expect(record.manyCalls).toBeLessThanOrEqual(20);
    } finally {
      server.close();
    }
  });

  const bad: [string, Record<string, unknown>, string][] = [
    ['a negative value', { to: TO, value: '-1' }, 'value'],
    ['2^256', { to: TO, value: (2n ** 256n).toString() }, 'value'],
    ['a value as a number', { to: TO, value: 1 }, 'value'],
    ['a value as a float', { to: TO, value: 1.5 }, 'value'],
    ['a value with a space', { to: TO, value: ' 1' }, 'value'],
    ['a value with an exponent', { to: TO, value: '1e3' }, 'value'],
    ['an empty value', { to: TO, value: '' }, 'value'],
    ['0x alone', { to: TO, value: '0x' }, 'value'],
    ['null for a value', { to: TO, value: null }, 'value'],
    ['a short address', { to: '0x1234' }, 'to'],
    ['an address without 0x', { to: TO.slice(2) }, 'to'],
    ['a wrong checksum', { to: '0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266' }, 'to'],
    ['odd calldata', { to: TO, data: '0x123' }, 'data'],
    ['calldata over 128 KiB', { to: TO, data: `0x${'00'.repeat(128 * 1024 + 1)}` }, 'data'],
    ['an unknown field', { to: TO, vlaue: '1' }, 'vlaue'],
    ['a key in the body', { to: TO, idempotencyKey: 'k' }, 'idempotencyKey'],
    ['an unknown chain', { to: TO, chainId: 999999 }, 'chainId'],
    ['a chain as text', { to: TO, chainId: '31337' }, 'chainId'],
    ['an unknown signer', { to: TO, from: TO }, 'from'],
    ['a tip above the cap', { to: TO, maxFeePerGas: '1', maxPriorityFeePerGas: '2' }, 'maxPriorityFeePerGas'],
    ['a time that is past', { to: TO, validUntil: '2001-01-01T00:00:00Z' }, 'validUntil'],
    ['a time without an offset', { to: TO, validUntil: '2999-01-01T00:00:00' }, 'validUntil'],
    ['a day that does not exist', { to: TO, validUntil: '2999-02-30T00:00:00Z' }, 'validUntil'],
    ['a gas limit of 0', { to: TO, gasLimit: '0' }, 'gasLimit'],
    ['a gas limit of 2^64', { to: TO, gasLimit: (2n ** 64n).toString() }, 'gasLimit'],
    ['metadata that is a list', { to: TO, metadata: [] }, 'metadata'],
    ['metadata over 16 KiB', { to: TO, metadata: { note: 'x'.repeat(16 * 1024) } }, 'metadata'],
    ['half a character in metadata', { to: TO, metadata: { note: '\ud800' } }, 'metadata'],
    ['NUL in metadata', { to: TO, metadata: { ['a\0']: 1 } }, 'metadata'],
  ];
  it.each([[{}], [{ value: '1' }], [{ to: null, data: '0x' }]])(
    'takes %j: without a recipient it is a contract creation',
    async (body) => {
      const response = await request(fakeApp().app).post('/v1/transactions').set(asClient).send(body);
      expect(response.status).toBe(202);
    },
  );

  it.each(bad)('refuses %s', async (_, body, path) => {
    const response = await request(fakeApp().app).post('/v1/transactions').set(asClient).send(body);
    expect([response.status, response.headers['content-type'], problemOf(response).code]).toEqual([
      422,
      'application/problem+json; charset=utf-8',
      'invalid_field',
    ]);
    expect(problemOf(response).errors).toEqual([{ path, message: expect.any(String) as string }]);
  });

  const texts: [string, string, number, string][] = [
    ['malformed JSON', '{"to":', 400, 'malformed_json'],
    ['an empty body', '', 400, 'malformed_json'],
    ['a key named twice', `{"to":"${TO}","value":"1","value":"100"}`, 400, 'malformed_json'],
    ['a key named twice, written otherwise', `{"to":"${TO}","value":"1","\\u0076alue":"100"}`, 400, 'malformed_json'],
    ['a list', '[]', 422, 'invalid_field'],
    ['null', 'null', 422, 'invalid_field'],
    ['a string', '"x"', 422, 'invalid_field'],
    ['a prototype', `{"to":"${TO}","__proto__":{"value":"9"}}`, 422, 'invalid_field'],
    ['a constructor', `{"to":"${TO}","constructor":{"prototype":{"value":"9"}}}`, 422, 'invalid_field'],
    ['infinite metadata', `{"to":"${TO}","metadata":{"n":1e999}}`, 422, 'invalid_field'],
    [
      'metadata of depth 5000',
      `{"to":"${TO}","metadata":{"n":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
      422,
      'invalid_field',
    ],
    ['depth 200000', '['.repeat(200_000) + ']'.repeat(200_000), 422, 'invalid_field'],
    ['a body over 1 MiB', JSON.stringify({ to: TO, data: `0x${'00'.repeat(600_000)}` }), 413, 'body_too_large'],
  ];
  it.each(texts)('answers %s', async (_, text, status, code) => {
    const response = await request(fakeApp().app)
      .post('/v1/transactions')
      .set(asClient)
      .set('Content-Type', 'application/json')
      .send(text);
    expect([response.status, problemOf(response).code]).toEqual([status, code]);
    if (status === 422) expect(problemOf(response).errors?.length).toBeGreaterThan(0);
  });

  it('keeps a prototype in metadata as what it is: data', async () => {
    const { app, record } = fakeApp();
    const response = await request(app)
      .post('/v1/transactions')
      .set(asClient)
      .set('Content-Type', 'application/json')
      .send(`{"to":"${TO}","metadata":{"__proto__":{"admin":true}}}`);
    expect(response.status).toBe(202);
    expect(JSON.stringify(record.accepted[0]?.metadata)).toBe('{"__proto__":{"admin":true}}');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('refuses bytes that are not UTF-8', async () => {
    const response = await request(fakeApp().app)
      .post('/v1/transactions')
      .set(asClient)
      .set('Content-Type', 'application/json')
      .send(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('latin1'));
    expect([400, 422]).toContain(response.status);
  });

  it.each([
    ['none', undefined, undefined],
    ['text/plain', 'text/plain', undefined],
    ['a form', 'application/x-www-form-urlencoded', undefined],
    ['another charset', 'application/json; charset=utf-16', undefined],
    ['a compressed body', 'application/json', 'gzip'],
  ])('refuses the content type: %s', async (_, type, encoding) => {
    const post = request(fakeApp().app).post('/v1/transactions').set(asClient);
    if (encoding !== undefined) void post.set('Content-Encoding', encoding);
    const response = await (type === undefined
      ? post.send(Buffer.from('{}') as unknown as string).unset('Content-Type')
      : post.set('Content-Type', type).send('{"a":1}'));
    expect([response.status, problemOf(response).code]).toEqual([415, 'unsupported_media_type']);
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('refuses the idempotency key %j', async (key) => {
    const response = await request(fakeApp().app)
      .post('/v1/transactions')
      .set(asClient)
      .set('Idempotency-Key', key)
      .send({ to: TO });
    expect([response.status, problemOf(response).errors?.[0]?.path]).toEqual([422, 'Idempotency-Key']);
  });

  it('knows a client by its key alone', async () => {
    const { app } = fakeApp();
    const without = await request(app).post('/v1/transactions').send({ to: TO });
    expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer realm="transactions"']);
    for (const authorization of [
      'Bearer wrong',
      `Basic ${API_KEY}`,
      `Bearer ${API_KEY}x`,
      API_KEY,
      'Bearer',
      'Bearer  ',
    ]) {
      const response = await request(app).post('/v1/transactions').set({ authorization }).send('{"to":');
      expect([response.status, problemOf(response).code]).toEqual([401, 'unauthenticated']);
    }
  });
});
