import request from 'supertest';
import { expect, it } from 'vitest';
import { OVERVIEW_EXAMPLE, overviewAnswer } from '../../../src/adapters/inbound/http/schemas/overview.ts';
import type { OpenApiDocument } from '../../../src/adapters/inbound/http/docs/openapi.ts';
import { LedgerUnavailable } from '../../../src/application/ports/ledger-unavailable.ts';
import type { Overview } from '../../../src/application/overview/overview.ts';
import { levels, span } from '../../support/fake-figures.ts';
import { asUser, fakeApp } from '../../support/http-app.ts';
import { LANE } from '../../support/stored.ts';

const PATH = '/v1/admin/overview';

it.each([
  [{}, '1h', 60, 60_000],
  [{ range: '1h' }, '1h', 60, 60_000],
  [{ range: '24h' }, '24h', 96, 900_000],
  [{ range: '7d' }, '7d', 168, 3_600_000],
])(
  'GET /v1/admin/overview %j: the schema that is shown, and as many points as the range has',
  async (query, ...shape) => {
    const { app } = fakeApp();
    const response = await request(app).get(PATH).query(query).set(asUser('viewer'));
    expect(response.status).toBe(200);
    const body = overviewAnswer.parse(response.body);
    expect([body.range, body.points.length, body.stepMs]).toEqual(shape);
  },
);

it.each([{ range: '30d' }, { range: '' }, { since: '1h' }, { range: ['1h', '7d'] }])('refuses %j', async (query) => {
  const { app, figures } = fakeApp();
  const response = await request(app).get(PATH).query(query).set(asUser('viewer'));
  expect([response.status, (response.body as { code: string }).code]).toEqual([422, 'invalid_field']);
  expect(figures.reads).toBe(0);
});

it('shows wei as text, times as ISO 8601 and addresses by EIP-55', async () => {
  const fake = fakeApp();
  const { figures, clock } = fake;
  const now = clock.now();
  const start = now - (now % 60_000);
  figures.answer = {
    ...figures.answer,
    chains: [levels({ [`status:${LANE.address}:queued`]: 2, 'open:expired': 1 })],
    openFailures: [{ code: 'expired', count: 1, oldestAt: now - 5 }],
    oldestQueuedAt: now - 9,
    chainRows: [{ chainId: LANE.chainId, cursorNumber: 7, finalNumber: null }],
    signerRows: [
      { key: LANE, version: 1, nextNonce: 0, balanceWei: 2n ** 100n, paused: { reason: 'why', at: now - 1 } },
    ],
  };
  figures.spans = [span(start, { fees: 2n ** 100n, 'passed:confirmed': 10, 'net:queued': 2 })];
  const response = await request(fake.app).get(PATH).set(asUser('operator'));
  const body = overviewAnswer.parse(response.body);
  const wei = (2n ** 100n).toString();
  expect(body.figures).toMatchObject({ queued: 2, feesSpent: wei, oldestQueuedAt: new Date(now - 9).toISOString() });
  expect(body.points.at(-1)).toMatchObject({
    at: new Date(start).toISOString(),
    confirmed: 10,
    queued: 2,
    feesSpent: wei,
  });
  expect(body.points.at(-2)).toMatchObject({ confirmed: 0, queued: 0 });
  const address = '0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB';
  expect(body.signers).toMatchObject([{ address, balance: wei, inFlight: 2, alert: 'paused' }]);
  expect(body.chains).toMatchObject([{ cursor: '7', final: null, node: null, feesSpent: wei }]);
  expect(body.attention).toEqual([
    {
      kind: 'signerPaused',
      message: 'why',
      chainId: LANE.chainId,
      address,
      code: null,
      count: null,
      since: new Date(now - 1).toISOString(),
    },
    {
      kind: 'openFailures',
      message: null,
      chainId: null,
      address: null,
      code: 'expired',
      count: 1,
      since: new Date(now - 5).toISOString(),
    },
  ]);
});

it.each<Overview['attention'][number]['kind']>([
  'intakeRefused',
  'nodeTrouble',
  'signerPaused',
  'signerWithoutFunds',
  'openFailures',
  'outboxOld',
  'queueOld',
])('the schema knows %s', (kind) => {
  expect(overviewAnswer.shape.attention.element.shape.kind.options).toContain(kind);
});

it('answers 503 while the database cannot be read', async () => {
  const { app, figures } = fakeApp();
  figures.broken = new LedgerUnavailable('away');
  expect((await request(app).get(PATH).set(asUser('viewer'))).status).toBe(503);
});

it('has an example in the API description, which is an answer', async () => {
  expect(overviewAnswer.parse(OVERVIEW_EXAMPLE)).toEqual(OVERVIEW_EXAMPLE);
  const document = (await request(fakeApp().app).get('/openapi.json')).body as OpenApiDocument;
  const answer = document.paths[PATH]?.['get']?.responses['200']?.content?.['application/json'];
  expect(answer?.example).toEqual(OVERVIEW_EXAMPLE);
});
