import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { listedTransaction } from '../../../src/adapters/inbound/http/schemas/transaction.ts';
import type { TxHash } from '../../../src/domain/primitives.ts';
import { asClient, asOtherClient, asUser, fakeApp, type FakeApp } from '../../support/http-app.ts';

const TO = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const HASH = `0x${'ab'.repeat(32)}` as TxHash;

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
    const query = `status=queued&from=0x70997970C51812dc3A010C7d01b50e0d17dc79C8&to=${TO}&hash=0x${'AB'.repeat(32)}&nonce=7&chainId=31337&errorCode=would_revert&closed=false&q=%20order-1%20`;
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
        closed: false,
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
