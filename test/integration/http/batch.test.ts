import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { asClient, fakeApp } from '../../support/http-app.ts';

const TO = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
interface Results {
  readonly results: readonly {
    readonly id?: string;
    readonly status?: string;
    readonly error?: { readonly code: string; readonly errors?: readonly { readonly path: string }[] };
  }[];
}
const post = async (app: ReturnType<typeof fakeApp>['app'], transactions: unknown, key?: string) => {
  const call = request(app).post('/v1/transactions/batch').set(asClient);
  const response = await (key === undefined ? call : call.set('Idempotency-Key', key)).send({ transactions });
  return { status: response.status, body: response.body as Results, headers: response.headers };
};

describe('POST /v1/transactions/batch', () => {
  it('judges each item on its own, and keeps the order', async () => {
    const { app, record } = fakeApp();
    const { status, body } = await post(app, [
      { to: TO },
      { to: 'nonsense' },
      7,
      { to: TO, vlaue: '1' },
      { to: TO, chainId: 5 },
      { to: TO, value: '2' },
    ]);
    expect(status).toBe(202);
    expect(body.results.map(({ status: s, error }) => s ?? error?.errors?.[0]?.path)).toEqual([
      'queued',
      'to',
      '',
      'vlaue',
      'chainId',
      'queued',
    ]);
    expect(record.accepted).toHaveLength(3);
    expect(record.rows.get(body.results[5]?.id ?? '')?.request.valueWei).toBe(2n);
  });

  it("keys: an item's own, else the header's with its index; sent again it is done once", async () => {
    const { app, record } = fakeApp();
    const items = [{ to: TO, idempotencyKey: 'own-0' }, { to: TO }, { to: TO }];
    const first = await post(app, items, 'batch');
    expect(record.accepted.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['own-0', 'batch#1', 'batch#2']);
    const [, second] = first.body.results;
    Object.assign(record.rows.get(second?.id ?? '') ?? {}, { status: 'confirmed' });
    const again = await post(app, items, 'batch');
    expect(again.body.results.map(({ id }) => id)).toEqual(first.body.results.map(({ id }) => id));
    expect(again.body.results.map(({ status }) => status)).toEqual(['queued', 'confirmed', 'queued']);
    const other = await post(
      app,
      items.map((item) => ({ ...item, value: '2' })),
      'batch',
    );
    expect(other.body.results.map(({ error }) => error?.code)).toEqual(Array(3).fill('idempotency_key_reused'));
  });

  it('a key that grows too long by its index is the fault of that item', async () => {
    const { app } = fakeApp();
    const { body } = await post(
      app,
      [
        { to: TO },
        { to: TO, idempotencyKey: 'own' },
        { to: TO, idempotencyKey: 'x'.repeat(256) },
        { to: TO, idempotencyKey: '' },
      ],
      'k'.repeat(254),
    );
    expect(body.results.map(({ id, error }) => id !== undefined || error?.errors?.[0]?.path)).toEqual([
      'idempotencyKey',
      true,
      'idempotencyKey',
      'idempotencyKey',
    ]);
  });

  it.each([[[]], [Array(1001).fill({ to: TO })], [{}], [null], ['x']])(
    'refuses the whole body',
    async (transactions) => {
      const { status, body } = await post(fakeApp().app, transactions);
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: 'invalid_field', errors: [{ path: 'transactions' }] });
    },
  );

  it('takes 1000 items, and 4 MiB', async () => {
    const { app } = fakeApp();
    expect((await post(app, Array(1000).fill({ to: TO }))).body.results).toHaveLength(1000);
    expect(
      (
        await post(app, [
          { to: TO, data: `0x${'00'.repeat(128 * 1024)}` },
          ...Array<unknown>(14).fill({ to: TO, data: `0x${'00'.repeat(120 * 1024)}` }),
        ])
      ).status,
    ).toBe(202);
    expect((await post(app, Array(20).fill({ to: TO, data: `0x${'00'.repeat(128 * 1024)}` }))).status).toBe(413);
  });

  it('counts its items against the rate, and holds the average for batches of any size', async () => {
    const { app, clock, metrics } = fakeApp(({ parts, ...deps }) => ({
      ...deps,
      parts: { ...parts, ...(parts.client && { client: { ...parts.client, transactionsPerSecond: 10 } }) },
    }));
    expect((await post(app, Array(25).fill({ to: TO }))).status).toBe(202);
    const refused = await post(app, [{ to: TO }]);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '2']);
    expect(metrics.recorded.some(({ name }) => name === 'broadcaster_rate_limited_total')).toBe(true);
    clock.advance(1_600);
    expect((await post(app, [{ to: TO }])).status).toBe(202);
    expect((await request(app).get('/v1/transactions').set(asClient)).status).toBe(200);
  });
});
