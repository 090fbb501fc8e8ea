import request from 'supertest';
import { describe, expect, it } from 'vitest';
import {
  adminTransaction,
  listedTransaction,
  transaction,
} from '../../../src/adapters/inbound/http/schemas/transaction.ts';
import type { TxHash } from '../../../src/domain/primitives.ts';
import { asClient, asOtherClient, asUser, fakeApp, type FakeApp, PASSWORD } from '../../support/http-app.ts';

const TO = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const HASH = `0x${'ab'.repeat(32)}` as TxHash;

/** One that failed after a node had refused its bytes. */
async function failedOne({ app, record, clock }: FakeApp): Promise<string> {
  const { id } = (await request(app).post('/v1/transactions').set(asClient).send({ to: TO, data: '0xa9059cbb00' }))
    .body as { id: string };
  const now = clock.now();
  Object.assign(record.rows.get(id) ?? {}, {
    status: 'failed',
    version: 4,
    hash: HASH,
    nonce: 7,
    failure: { code: 'node_rejected', message: 'A node refused it.', nodeMessage: 'secret words' },
    closed: { at: now, by: 'user:x', reason: 'y' },
    block: { number: 12, hash: HASH },
    attempts: [
      {
        kind: 'original',
        revision: 0,
        hash: HASH,
        nonce: 7,
        maxFeePerGasWei: 5n,
        maxPriorityFeePerGasWei: 1n,
        signedAt: now,
        publishedAt: null,
        outcome: 'live',
        error: { class: 'invalid', message: 'secret words' },
      },
    ],
    events: [
      {
        id: '9',
        at: now,
        type: 'Failed',
        from: 'signed',
        to: 'failed',
        actor: 'system',
        detail: { code: 'node_rejected', nodeMessage: 'secret words' },
      },
    ],
  });
  return id;
}

describe('one transaction', () => {
  it("shows an operator the node's words, and a client none of them", async () => {
    const fake = fakeApp();
    const id = await failedOne(fake);
    const own = await request(fake.app).get(`/v1/transactions/${id}`).set(asClient);
    const all = await request(fake.app).get(`/v1/admin/transactions/${id}`).set(asUser('viewer'));
    expect([own.status, all.status, own.headers['etag']]).toEqual([200, 200, `"${id}.4"`]);
    expect(() => transaction.parse(own.body)).not.toThrow();
    expect(() => adminTransaction.parse(all.body)).not.toThrow();
    expect(own.text).not.toContain('secret words');
    expect(all.body).toMatchObject({
      client: 'first',
      failure: { nodeMessage: 'secret words' },
      attempts: [{ error: { code: 'invalid', message: 'secret words' } }],
      events: [{ detail: { nodeMessage: 'secret words' } }],
      block: { number: '12' },
    });
    expect((await request(fake.app).get(`/v1/transactions/${id}`).set(asOtherClient)).status).toBe(404);
    const head = await request(fake.app).head(`/v1/transactions/${id}`).set(asClient);
    expect([head.status, head.headers['etag'], head.text]).toEqual([200, `"${id}.4"`, undefined]);
  });

  it('is retried with the changes that were named, by whom and why', async () => {
    const fake = fakeApp();
    const id = await failedOne(fake);
    const response = await request(fake.app)
      .post(`/v1/admin/transactions/${id}/retry`)
      .set(asUser('operator'))
      .set('X-Request-Id', 'r-1')
      .send({ reason: ' wrong data ', changes: { data: '0x', value: '0x3', maxFeePerGas: null, validUntil: null } });
    expect([response.status, (response.body as { status: string }).status]).toEqual([202, 'queued']);
    expect(fake.record.retried).toEqual([
      {
        id,
        actor: { name: 'user:operator', requestId: 'r-1' },
        reason: 'wrong data',
        changes: { data: '0x', valueWei: 3n, maxFeePerGasWei: null, validUntil: null },
        expectedVersion: null,
      },
    ]);
    const again = await request(fake.app)
      .post(`/v1/admin/transactions/${id}/retry`)
      .set(asUser('operator'))
      .send({ reason: 'again' });
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'illegal_transition', current: { status: 'queued', version: 5 } },
    ]);
  });

  it.each([
    [{}, 'reason'],
    [{ reason: '  ' }, 'reason'],
    [{ reason: 'x'.repeat(1001) }, 'reason'],
    [{ reason: 'a\u0000' }, 'reason'],
    [{ reason: '\ud800' }, 'reason'],
    [{ reason: 'x', chnages: {} }, 'chnages'],
    [{ reason: 'x', changes: { nonce: 1 } }, 'changes.nonce'],
    [{ reason: 'x', changes: { value: 3 } }, 'changes.value'],
    [{ reason: 'x', changes: { maxFeePerGas: '1', maxPriorityFeePerGas: '2' } }, 'changes.maxPriorityFeePerGas'],
    [{ reason: 'x', changes: { data: null } }, 'changes.data'],
    [{ reason: 'x', changes: [] }, 'changes'],
  ])('a retry of %j is refused', async (body, path) => {
    const fake = fakeApp();
    const id = await failedOne(fake);
    const response = await request(fake.app)
      .post(`/v1/admin/transactions/${id}/retry`)
      .set(asUser('operator'))
      .send(body);
    expect([response.status, (response.body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([422, path]);
    expect(fake.record.retried).toEqual([]);
  });

  it('takes its own ETag for If-Match, and `*`; anything else is a conflict that shows where it is', async () => {
    const fake = fakeApp();
    const id = await failedOne(fake);
    const retry = (match: string) =>
      request(fake.app)
        .post(`/v1/admin/transactions/${id}/retry`)
        .set(asUser('operator'))
        .set('If-Match', match)
        .send({ reason: 'x' });
    for (const stale of [`"${id}.3"`, `W/"${id}.4"`, '"x"', 'x', '', `"${TO}.4"`, `"${id}."`, `"${id}.4x"`]) {
      const response = await retry(stale);
      expect([stale, response.status, response.body]).toMatchObject([
        stale,
        409,
        { code: 'version_conflict', current: { status: 'failed', version: 4 } },
      ]);
    }
    expect((await retry(`"nothing", "${id}.4"`)).status).toBe(202);
    Object.assign(fake.record.rows.get(id) ?? {}, { status: 'failed' });
    expect((await retry('*')).status).toBe(202);
  });

  it('is cancelled by its client or by an operator', async () => {
    const fake = fakeApp();
    const post = async () =>
      ((await request(fake.app).post('/v1/transactions').set(asClient).send({ to: TO })).body as { id: string }).id;
    const [first, second] = [await post(), await post()];
    expect((await request(fake.app).post(`/v1/transactions/${first}/cancel`).set(asOtherClient)).status).toBe(404);
    const own = await request(fake.app).post(`/v1/transactions/${first}/cancel`).set(asClient);
    expect([own.status, (own.body as { status: string }).status]).toEqual([202, 'cancelled']);
    expect((await request(fake.app).post(`/v1/transactions/${first}/cancel`).set(asClient).send({})).status).toBe(409);
    expect(
      (await request(fake.app).post(`/v1/transactions/${first}/cancel`).set(asClient).send({ reason: 'x' })).status,
    ).toBe(422);
    expect(
      (await request(fake.app).post(`/v1/admin/transactions/${second}/cancel`).set(asUser('operator')).send({})).status,
    ).toBe(422);
    expect(
      (
        await request(fake.app)
          .post(`/v1/admin/transactions/${second}/cancel`)
          .set(asUser('operator'))
          .send({ reason: 'x' })
      ).status,
    ).toBe(202);
    expect(fake.record.cancelled.map(({ actor, client, reason }) => [actor.name, client, reason])).toEqual([
      ['client:other', 'other', null],
      ['client:first', 'first', null],
      ['client:first', 'first', null],
      ['user:operator', null, 'x'],
    ]);
  });
});

describe('lists', () => {
  const pages = async (
    fake: FakeApp,
    query: Record<string, unknown>,
    path = '/v1/transactions',
    headers: Record<string, string> = asClient,
  ) => {
    const response = await request(fake.app).get(path).query(query).set(headers);
    return {
      status: response.status,
      body: response.body as { items: { id: string }[]; nextCursor: string | null; errors?: { path: string }[] },
    };
  };

  it('go page by page, newest first, each row once, and show how much data there is', async () => {
    const fake = fakeApp();
    const batch = { transactions: Array(30).fill({ to: TO, data: '0xa9059cbb00' }) };
    await request(fake.app).post('/v1/transactions/batch').set(asClient).send(batch);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await pages(fake, { limit: 7, ...(cursor !== null && { cursor }) });
      for (const item of body.items) {
        seen.push(item.id);
        expect(item).toMatchObject({ dataBytes: 5, selector: '0xa9059cbb' });
        expect(() => listedTransaction.parse(item)).not.toThrow();
        expect(Object.keys(item)).not.toEqual(expect.arrayContaining(['data']));
      }
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(30);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  it('a cursor belongs to its client, its list and its filter, whatever order the filter is given in', async () => {
    const fake = fakeApp();
    await request(fake.app)
      .post('/v1/transactions/batch')
      .set(asClient)
      .send({ transactions: Array(5).fill({ to: TO }) });
    const filter = { status: ['queued', 'failed'], createdAfter: '2001-01-01T00:00:00Z' };
    const cursor = (await pages(fake, { ...filter, limit: 2 })).body.nextCursor ?? '';
    expect(
      (await pages(fake, { createdAfter: '2001-01-01T02:00:00+02:00', status: ['failed', 'queued'], cursor, limit: 3 }))
        .status,
    ).toBe(200);
    const last = cursor.endsWith('A') ? 'B' : 'A';
    for (const query of [
      { cursor },
      { ...filter, from: TO, cursor },
      { ...filter, cursor: `${cursor.slice(0, -1)}${last}` },
      { ...filter, cursor: 'x' },
      { ...filter, cursor: '' },
    ]) {
      const { status, body } = await pages(fake, query);
      expect([status, body.errors?.[0]?.path]).toEqual([422, 'cursor']);
    }
    expect((await pages(fake, { ...filter, cursor }, '/v1/transactions', asOtherClient)).status).toBe(422);
    expect((await pages(fake, { ...filter, cursor }, '/v1/admin/transactions', asUser('viewer'))).status).toBe(422);
  });

  it.each([
    ['limit=x', 'limit'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['status=open', 'status[0]'],
    ['form=0x', 'form'],
    ['from=0x12', 'from'],
    ['hash=0x12', 'hash'],
    ['createdAfter=yesterday', 'createdAfter'],
    ['createdAfter=2020-01-01T00:00:00', 'createdAfter'],
    ['idempotencyKey=', 'idempotencyKey'],
    ['status[]=queued', 'status[]'],
    ['__proto__=x', '__proto__'],
    ['q=x', 'q'],
    ['%zz', '%zz'],
  ])('?%s is refused', async (query, path) => {
    const response = await request(fakeApp().app).get(`/v1/transactions?${query}`).set(asClient);
    expect([response.status, (response.body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([422, path]);
  });

  it('hand the filter on in normal form', async () => {
    const fake = fakeApp();
    const query = `status=queued&from=0x70997970C51812dc3A010C7d01b50e0d17dc79C8&to=${TO}&hash=0x${'AB'.repeat(32)}&nonce=7&chainId=31337&errorCode=would_revert&q=%20order-1%20`;
    expect((await request(fake.app).get(`/v1/admin/transactions?${query}`).set(asUser('viewer'))).status).toBe(200);
    expect(fake.record.filters).toEqual([
      {
        statuses: ['queued'],
        from: TO,
        to: TO,
        hash: HASH,
        nonce: 7,
        chainId: 31337,
        errorCode: 'would_revert',
        q: 'order-1',
      },
    ]);
  });

  it('signers and audit', async () => {
    const fake = fakeApp();
    for (const n of [1, 2, 3])
      fake.record.audits.push({
        id: String(n),
        at: fake.clock.now(),
        actor: 'user:x',
        action: 'retry',
        transactionId: null,
        reason: null,
        detail: { value: { old: '1', new: '2' } },
        requestId: null,
      });
    const signers = await request(fake.app).get('/v1/admin/signers').set(asUser('viewer'));
    expect(signers.body).toMatchObject({
      items: [
        {
          address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
          balance: '10000000000000000000000',
          nextNonce: 7,
          inFlight: 2,
          heldNonces: [7, 9],
          gaps: [8],
          paused: { reason: 'a deep reorg' },
        },
      ],
    });
    const first = await pages(fake, { limit: 2 }, '/v1/admin/audit', asUser('viewer'));
    const second = await pages(fake, { limit: 2, cursor: first.body.nextCursor }, '/v1/admin/audit', asUser('viewer'));
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(['3', '2', '1']);
  });
});

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

  it('refuses a wrong name or password alike, and too many of them', async () => {
    const fake = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: { ...parts, ...(parts.admin && { admin: { ...parts.admin, signInFailuresPerMinute: 3 } }) },
    }));
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
    const response = await signIn(fake);
    expect([response.status, (response.body as { code: string }).code, response.headers['retry-after']]).toEqual([
      429,
      'rate_limited',
      '60',
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
