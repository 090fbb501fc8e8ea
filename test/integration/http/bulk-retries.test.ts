import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { bulkRetryDetail } from '../../../src/adapters/inbound/http/schemas/bulk-retry.ts';
import type { TransactionId } from '../../../src/domain/primitives.ts';
import { asUser, fakeApp, type FakeApp } from '../../support/http-app.ts';

const PATH = '/v1/admin/bulk-retries';
const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const idOf = (n: number): string => `0197a000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

const post = ({ app }: FakeApp, body: object) => request(app).post(PATH).set(asUser('operator')).send(body);

describe('bulk retries', () => {
  it('answer 202 with an id, and where to follow it', async () => {
    const fake = fakeApp();
    const response = await post(fake, { reason: ' funded ', ids: [idOf(1), idOf(2)] }).set('X-Request-Id', 'r-1');
    const { id } = response.body as { id: string };
    expect([response.status, response.body, response.headers['location']]).toEqual([202, { id }, `${PATH}/${id}`]);
    expect(fake.bulk.commands).toEqual([
      {
        actor: { name: 'user:operator', requestId: 'r-1' },
        reason: 'funded',
        of: { kind: 'ids', ids: [idOf(1), idOf(2)] },
        expectedCount: null,
      },
    ]);
    const read = await request(fake.app).get(`${PATH}/${id}`).set(asUser('viewer'));
    expect([read.status, bulkRetryDetail.parse(read.body)]).toMatchObject([
      200,
      { id, state: 'running', total: 2, retried: 0, createdBy: 'user:operator', filter: null, finishedAt: null },
    ]);
  });

  it('take the fields of the list as JSON, and show them again', async () => {
    const fake = fakeApp();
    const filter = {
      status: ['failed'],
      closed: false,
      chainId: 31337,
      nonce: 7,
      to: TO.toLowerCase(),
      from: TO,
      createdAfter: '2030-01-31T12:00:00+01:00',
      errorCode: 'would_revert',
      q: ' order-1 ',
    };
    const response = await post(fake, { reason: 'x', filter, expectedCount: 3 });
    expect(response.status).toBe(202);
    const { status: _, closed: _closed, ...rest } = filter;
    const shown = { ...rest, to: TO, createdAfter: '2030-01-31T11:00:00.000Z', q: 'order-1' };
    const meant = {
      ...rest,
      to: TO.toLowerCase(),
      from: TO.toLowerCase(),
      createdAfter: Date.UTC(2030, 0, 31, 11),
      q: 'order-1',
    };
    expect(fake.bulk.commands).toMatchObject([{ of: { kind: 'filter', filter: meant, shown }, expectedCount: 3 }]);
    expect(Object.keys((fake.bulk.commands[0]?.of as { filter: object }).filter).sort()).toEqual(
      Object.keys(meant).sort(),
    );
    const path = response.headers['location'] ?? '';
    expect((await request(fake.app).get(path).set(asUser('viewer'))).body).toMatchObject({ filter: shown });
  });

  it('take texts for numbers too, as a query has them, and one status for a list of it', async () => {
    const fake = fakeApp();
    const filter = { status: 'failed', closed: 'false', chainId: '31337', nonce: '7' };
    expect((await post(fake, { reason: 'x', filter })).status).toBe(202);
    expect(fake.bulk.commands).toMatchObject([{ of: { filter: { chainId: 31337, nonce: 7 } } }]);
    expect((await post(fake, { reason: 'x', filter: {} })).status).toBe(202);
    expect(fake.bulk.commands[1]).toMatchObject({ of: { kind: 'filter', filter: {}, shown: {} } });
  });

  it.each<[object, string]>([
    [{ ids: [idOf(1)] }, 'reason'],
    [{ reason: 'x' }, ''],
    [{ reason: 'x', ids: [idOf(1)], filter: {} }, ''],
    [{ reason: 'x', ids: [] }, 'ids'],
    [{ reason: 'x', ids: ['1'] }, 'ids[0]'],
    [{ reason: 'x', ids: [idOf(1), 7] }, 'ids[1]'],
    [{ reason: 'x', ids: Array.from({ length: 10_001 }, (_, n) => idOf(n)) }, 'ids'],
    [{ reason: 'x', filter: { status: 'queued' } }, 'filter.status'],
    [{ reason: 'x', filter: { status: ['failed', 'queued'] } }, 'filter.status'],
    [{ reason: 'x', filter: { closed: true } }, 'filter.closed'],
    [{ reason: 'x', filter: { limit: 5 } }, 'filter.limit'],
    [{ reason: 'x', filter: { nonce: 1.5 } }, 'filter.nonce'],
    [{ reason: 'x', filter: { chainId: null } }, 'filter.chainId'],
    [{ reason: 'x', filter: [] }, 'filter'],
    [{ reason: 'x', filter: {}, expectedCount: -1 }, 'expectedCount'],
    [{ reason: 'x', filter: {}, expectedCount: '3' }, 'expectedCount'],
    [{ reason: 'x', filter: {}, extra: 1 }, 'extra'],
  ])('refuse what has a wrong form: %#', async (body, path) => {
    const fake = fakeApp();
    const response = await post(fake, body);
    expect([response.status, (response.body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([422, path]);
    expect(fake.bulk.commands).toEqual([]);
  });

  it('take ten thousand ids within the limit of a body', async () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => idOf(n));
    expect((await post(fakeApp(), { reason: 'x', ids })).status).toBe(202);
  });

  it('say how many were found where it is another number, and where there are too many', async () => {
    const fake = fakeApp();
    fake.bulk.refusal = { kind: 'countDiffers', count: 4 };
    const differs = await post(fake, { reason: 'x', filter: {}, expectedCount: 3 });
    expect([differs.status, differs.body]).toMatchObject([
      409,
      { code: 'count_changed', count: 4, detail: '4 were found, not 3.' },
    ]);
    fake.bulk.refusal = { kind: 'tooMany', most: 100_000 };
    const many = await post(fake, { reason: 'x', filter: {} });
    expect([many.status, many.body]).toMatchObject([422, { errors: [{ path: 'filter' }] }]);
  });

  it('show why some were not retried', async () => {
    const fake = fakeApp();
    const { id } = (await post(fake, { reason: 'x', ids: [idOf(1)] })).body as { id: string };
    const job = fake.bulk.jobs.get(id);
    if (job === undefined) throw new Error('not there');
    const trouble = { transactionId: idOf(1) as TransactionId, code: 'invalid_field', message: 'm' };
    const finishedAt = fake.clock.now();
    fake.bulk.jobs.set(id, { ...job, state: 'done', failed: 1, finishedAt, failures: [trouble] });
    const read = await request(fake.app).get(`${PATH}/${id}`).set(asUser('viewer'));
    expect(bulkRetryDetail.parse(read.body)).toMatchObject({
      state: 'done',
      finishedAt: new Date(finishedAt).toISOString(),
      failures: [trouble],
      skips: [],
    });
  });

  it('are listed newest first, page by page', async () => {
    const fake = fakeApp();
    for (const reason of ['one', 'two', 'three']) await post(fake, { reason, filter: {} });
    const list = async (query: object) =>
      (await request(fake.app).get(PATH).query(query).set(asUser('viewer'))).body as {
        items: { reason: string }[];
        nextCursor: string | null;
      };
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ reason }) => reason)).toEqual(['three', 'two', 'one']);
    expect(second.nextCursor).toBeNull();
  });

  it('that are not there are not found', async () => {
    for (const id of [idOf(9), 'x'])
      expect((await request(fakeApp().app).get(`${PATH}/${id}`).set(asUser('viewer'))).status).toBe(404);
  });
});
