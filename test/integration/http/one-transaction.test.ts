import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { adminTransaction, transaction } from '../../../src/adapters/inbound/http/schemas/transaction.ts';
import { asClient, asOtherClient, asUser, fakeApp } from '../../support/http-app.ts';
import { failedOne } from '../../support/http-failed-one.ts';

const TO = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';

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
        expectedVersions: null,
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
    expect((await retry(`"nothing", "${id}.4", "${id}.9"`)).status).toBe(202);
    Object.assign(fake.record.rows.get(id) ?? {}, { status: 'failed' });
    expect((await retry('*')).status).toBe(202);
  });

  it('is closed by an operator with a reason, as it was seen, and once', async () => {
    const fake = fakeApp();
    const id = await failedOne(fake);
    Object.assign(fake.record.rows.get(id) ?? {}, { closed: null });
    const close = (body: object, match = '*') =>
      request(fake.app)
        .post(`/v1/admin/transactions/${id}/close`)
        .set(asUser('operator'))
        .set('If-Match', match)
        .send(body);
    expect((await close({})).status).toBe(422);
    const stale = await close({ reason: 'paid by hand' }, `"${id}.3"`);
    expect([stale.status, stale.body]).toMatchObject([
      409,
      { code: 'version_conflict', current: { status: 'failed', version: 4 } },
    ]);
    const done = await close({ reason: 'paid by hand' }, `"${id}.4"`);
    expect([done.status, done.headers['etag']]).toEqual([202, `"${id}.5"`]);
    expect(() => adminTransaction.parse(done.body)).not.toThrow();
    expect(done.body).toMatchObject({
      status: 'failed',
      failure: { code: 'node_rejected' },
      closed: { by: 'user:operator', reason: 'paid by hand' },
    });
    const again = await close({ reason: 'another' });
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'illegal_transition', current: { status: 'failed', version: 5 } },
    ]);
    expect(
      fake.record.closed.map(({ actor, reason, expectedVersions }) => [actor.name, reason, expectedVersions]),
    ).toEqual([
      ['user:operator', 'paid by hand', [3]],
      ['user:operator', 'paid by hand', [4]],
      ['user:operator', 'another', null],
    ]);
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
