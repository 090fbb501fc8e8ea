import fc from 'fast-check';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { transactionRate } from '../../../src/adapters/inbound/http/transaction-rate.ts';
import { TokenBuckets } from '../../../src/adapters/inbound/http/token-buckets.ts';
import { RecordingMetrics } from '../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { API_KEY, asClient, asOtherClient, asUser, fakeApp, webhookHeaders } from '../../support/http-app.ts';

const TO = `0x${'1'.repeat(40)}`;

const limitedTo = (perSecond: number) =>
  fakeApp(({ parts, ...deps }) => ({
    ...deps,
    parts: { ...parts, ...(parts.client && { client: { ...parts.client, transactionsPerSecond: perSecond } }) },
  }));

interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfterSeconds: number;
}
const outcomeOf = (response: { status: number; body: unknown; headers: Record<string, string> }): Outcome => ({
  status: response.status,
  code: (response.body as { code?: string }).code,
  retryAfterSeconds: Number(response.headers['retry-after']),
});

type App = ReturnType<typeof fakeApp>['app'];
const one = async (app: App, key?: string, who = asClient): Promise<Outcome> =>
  outcomeOf(
    await request(app)
      .post('/v1/transactions')
      .set({ ...who, ...(key === undefined ? {} : { 'Idempotency-Key': key }) })
      .send({ to: TO }),
  );
const batch = async (app: App, n: number): Promise<Outcome> =>
  outcomeOf(
    await request(app)
      .post('/v1/transactions/batch')
      .set(asClient)
      .send({ transactions: Array(n).fill({ to: TO }) }),
  );

describe('the rate of transactions, as a client meets it', () => {
  it('a batch of n counts n, and what is refused is not accepted in part', async () => {
    const { app, record } = limitedTo(10);
    expect((await batch(app, 6)).status).toBe(202);
    expect(await batch(app, 5)).toEqual({ status: 429, code: 'rate_limited', retryAfterSeconds: 1 });
    expect((await batch(app, 4)).status).toBe(202);
    expect((await one(app)).status).toBe(429);
    expect(record.accepted).toHaveLength(10);
  });

  it('after exactly `Retry-After` it passes, and not a second earlier', async () => {
    const step = fc.record({ n: fc.integer({ min: 1, max: 60 }), afterMs: fc.integer({ min: 0, max: 5_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 6 }), async (perSecond, steps) => {
        const { app, clock } = limitedTo(perSecond);
        for (const { n, afterMs } of steps) {
          clock.advance(afterMs);
          const first = await batch(app, n);
          if (first.status === 202) continue;
          expect(first.status).toBe(429);
          expect(Number.isInteger(first.retryAfterSeconds) && first.retryAfterSeconds >= 1).toBe(true);
          clock.advance((first.retryAfterSeconds - 1) * 1_000);
          if (first.retryAfterSeconds > 1) expect((await batch(app, n)).status).toBe(429);
          clock.advance(1_000);
          expect((await batch(app, n)).status).toBe(202);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('a batch above the limit waits for a full bucket, and is paid off after', async () => {
    const { app, clock } = limitedTo(10);
    await one(app);
    expect(await batch(app, 1_000)).toEqual({ status: 429, code: 'rate_limited', retryAfterSeconds: 1 });
    clock.advance(1_000);
    expect((await batch(app, 1_000)).status).toBe(202);
    // In debt with 990: it is 99 s to zero, and 100 ms more to one.
    expect((await one(app)).retryAfterSeconds).toBe(100);
    clock.advance(99_099);
    expect((await one(app)).status).toBe(429);
    clock.advance(1);
    expect((await one(app)).status).toBe(202);
  });

  it('a repeat counts like the first time; what is refused for its form does not count', async () => {
    const { app, record } = limitedTo(2);
    await request(app).post('/v1/transactions').set(asClient).send({ to: 'nobody' }).expect(422);
    await request(app).post('/v1/transactions').set(asClient).send('{').type('json').expect(400);
    await request(app)
      .post('/v1/transactions')
      .set({ ...asClient, 'Idempotency-Key': 'a b' })
      .send({ to: TO })
      .expect(422);
    expect((await one(app, 'once')).status).toBe(202);
    expect((await one(app, 'once')).status).toBe(202);
    expect((await one(app, 'once')).status).toBe(429);
    expect(record.rows.size).toBe(1);
  });

  it('one client in a flood leaves the others as they are, and may read', async () => {
    const { app, metrics } = limitedTo(1);
    for (let i = 0; i < 20; i++) await one(app);
    expect((await one(app)).status).toBe(429);
    expect((await one(app, undefined, asOtherClient)).status).toBe(202);
    expect((await request(app).get('/v1/transactions').set(asClient)).status).toBe(200);
    const refused = metrics.recorded.filter(({ name }) => name === 'broadcaster_rate_limited_total');
    expect(new Set(refused.map(({ labels }) => labels['client']))).toEqual(new Set(['first']));
  });

  it('a clock that is set back gives nothing and takes nothing', () => {
    const clock = new ManualClock(1_000_000);
    const rate = transactionRate(10, clock, new RecordingMetrics());
    expect(rate.take('a', 10).ok).toBe(true);
    clock.advance(-60_000);
    expect(rate.take('a', 1)).toEqual({ ok: false, retryAfterMs: 100 });
    clock.advance(100);
    expect(rate.take('a', 1).ok).toBe(true);
  });
});

describe('buckets whose keys strangers choose', () => {
  it('are bounded: the one that was used longest ago begins anew', () => {
    const buckets = new TokenBuckets(1, new ManualClock(), 3);
    for (const key of ['a', 'b', 'c']) expect(buckets.take(key, 1).ok).toBe(true);
    expect(buckets.take('a', 1).ok).toBe(false);
    for (let i = 0; i < 1_000; i++) {
      buckets.take(`stranger ${i}`, 1);
      expect(buckets.take('a', 1).ok).toBe(false);
      buckets.peek(`asked about ${i}`, 1);
    }
    expect(buckets.size).toBe(3);
    expect(buckets.take('b', 1).ok).toBe(true);
  });
});

const wrongLimitedTo = (perSecond: number) => fakeApp((deps) => ({ ...deps, wrongCredentialsPerSecond: perSecond }));

describe('wrong credentials from one address', () => {
  const wrong = { authorization: 'Bearer wrong' };

  it.each<[string, 'get' | 'post', string, Record<string, string>]>([
    ['keys', 'get', '/v1/transactions', wrong],
    ['no keys', 'get', '/v1/transactions', {}],
    ['tokens', 'get', '/v1/admin/signers', wrong],
    ['cookies', 'get', '/v1/admin/signers', { Cookie: 'tb_session=wrong' }],
    ['signatures', 'post', '/v1/signed-transactions', {}],
    ['addresses below /v1/admin', 'get', '/v1/admin/no-such-call', wrong],
  ])('%s: are 429 beyond the limit, for as long as it says', async (_, method, path, headers) => {
    const { app, clock } = wrongLimitedTo(3);
    const ask = async () => outcomeOf(await request(app)[method](path).set(headers));
    for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(401);
    expect(await ask()).toEqual({ status: 429, code: 'rate_limited', retryAfterSeconds: 1 });
    clock.advance(1_000);
    expect((await ask()).status).toBe(401);
  });

  it('do not lock out who is right', async () => {
    const { app } = wrongLimitedTo(1);
    await request(app).get('/v1/admin/signers').set(asUser('viewer')).expect(200);
    for (let i = 0; i < 5; i++) await request(app).get('/v1/admin/signers').set(wrong);
    await request(app).get('/v1/admin/signers').set(wrong).expect(429);
    await request(app).get('/v1/transactions').set(asClient).expect(200);
    await request(app).get('/v1/admin/signers').set(asUser('viewer')).expect(200);
    const body = '{"items":[{"transactionId":"00000000-0000-7000-8000-0000000000ff","rawTransaction":"0x02"}]}';
    await request(app)
      .post('/v1/signed-transactions')
      .set({ ...webhookHeaders(body), 'Content-Type': 'application/json' })
      .send(body)
      .expect(202);
  });

  it('cost no look at the sessions beyond the limit', async () => {
    const { app, accounts } = wrongLimitedTo(1);
    let looks = 0;
    const find = accounts.findSession.bind(accounts);
    accounts.findSession = (...args) => {
      looks++;
      return find(...args);
    };
    for (let i = 0; i < 10; i++)
      await request(app)
        .get('/v1/admin/signers')
        .set({ authorization: `Bearer ${API_KEY}${i}` });
    expect(looks).toBe(1);
  });

  it('a role that is too low is no wrong credential', async () => {
    const { app } = wrongLimitedTo(1);
    const retry = '/v1/admin/transactions/00000000-0000-7000-8000-0000000000ff/retry';
    for (let i = 0; i < 5; i++) await request(app).post(retry).set(asUser('viewer')).expect(403);
  });
});
