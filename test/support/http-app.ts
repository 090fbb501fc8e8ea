import { createHash, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { createApp } from '../../src/adapters/inbound/http/create-app.ts';
import { EventStreams } from '../../src/adapters/inbound/http/events/event-streams.ts';
import type { HttpDeps, Probe } from '../../src/adapters/inbound/http/deps.ts';
import { RecordingLog } from '../../src/adapters/outbound/observability/memory/recording-log.ts';
import { RecordingMetrics } from '../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { CountingIds } from '../../src/adapters/outbound/system/counting-ids.ts';
import { ManualClock } from '../../src/adapters/outbound/system/manual-clock.ts';
import type { Who } from '../../src/adapters/inbound/http/auth/who.ts';
import { ROLES, type Role } from '../../src/application/ports/accounts.ts';
import { ReadOverview } from '../../src/application/use-cases/read-overview.ts';
import { FakeFigures } from './fake-figures.ts';
import { FakeBulkRetries } from './http-fake-bulk-retries.ts';
import { FakeAccounts, FakeEndpointTwo, FakeRecord } from './http-fakes.ts';

export const API_KEY = 'first-key-0123456789';
const OTHER_API_KEY = 'other-key-0123456789';
export const INTERNAL_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const PASSWORD = 'right-password';

const CLIENTS: ReadonlyMap<string, string> = new Map([
  [API_KEY, 'first'],
  [OTHER_API_KEY, 'other'],
  ['older-key-of-other', 'other'],
]);
const SESSION_MS = 12 * 3_600_000;
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Signed in already, one for each role. */
const tokenOf = (role: Role): string => `token-of-the-${role}`;

/** The whole API on fakes, with the real time only for signatures: the reference library knows no other. */
export function fakeApp(change: (deps: HttpDeps) => HttpDeps = (deps) => deps) {
  const clock = new ManualClock(Date.now());
  const ids = new CountingIds();
  const record = new FakeRecord(clock, ids);
  const endpointTwo = new FakeEndpointTwo();
  const bulk = new FakeBulkRetries(clock, ids);
  const accounts = new FakeAccounts();
  const figures = new FakeFigures();
  const log = new RecordingLog();
  const metrics = new RecordingMetrics();
  const probes: Probe[] = [{ name: 'database', ok: true, message: 'answers' }];
  const events = new EventStreams({ views: record, timers: clock, log, metrics });
  for (const role of ROLES) {
    const session = { username: role, role, expiresAt: clock.now() + 3_600_000 };
    accounts.open(sha256(tokenOf(role)), session);
  }
  const deps = change({
    parts: {
      client: {
        accept: record,
        cancel: record,
        views: record,
        findClient: async (key) => CLIENTS.get(key) ?? null,
        transactionsPerSecond: 0,
        events,
      },
      internal: { validateAndBroadcast: endpointTwo, internalSecrets: [INTERNAL_SECRET] },
      admin: {
        retry: record,
        cancel: record,
        close: record,
        createBulkRetry: bulk,
        bulkJobs: bulk,
        views: record,
        overview: new ReadOverview({ figures, nodes: [], writes: { check: async () => undefined }, clock }),
        accounts,
        events,
        sessionIdleMs: SESSION_MS,
        signIn: async ({ username, password, tokenHash }) => {
          if (username !== 'admin' || password !== PASSWORD) return { kind: 'refused' };
          const session = { username, role: 'administrator', expiresAt: clock.now() + SESSION_MS } as const;
          accounts.open(tokenHash, session);
          return { kind: 'signedIn', ...session };
        },
      },
      operations: { readiness: async () => probes, metricsText: async () => 'up 1\n', version: '1.2.3' },
    },
    clock,
    ids,
    log,
    metrics,
    cursorKey: Buffer.alloc(32, 1),
    trustProxy: false,
    wrongCredentialsPerSecond: 0,
    staticFolder: null,
  });
  return {
    app: createApp(deps),
    deps,
    clock,
    record,
    bulk,
    endpointTwo,
    accounts,
    figures,
    log,
    metrics,
    probes,
    events,
  };
}

export type FakeApp = ReturnType<typeof fakeApp>;

/** What the signing side sends beside the body, made by the reference library. */
export function webhookHeaders(
  body: string,
  { secret = INTERNAL_SECRET, at = new Date(), id = `msg_${randomUUID()}` } = {},
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

export const asClient = { authorization: `Bearer ${API_KEY}` };
export const asOtherClient = { authorization: `Bearer ${OTHER_API_KEY}` };
export const asUser = (role: Role) => ({ authorization: `Bearer ${tokenOf(role)}` });

/** The credentials of one who may make such a call; `body` for the one that signs it. */
export function entitled(who: Who, body: string): Readonly<Record<string, string>> {
  switch (who) {
    case 'anyone':
      return {};
    case 'client':
      return asClient;
    case 'signing side':
      return webhookHeaders(body);
    case 'viewer':
    case 'operator':
    case 'administrator':
      return asUser(who);
  }
}
