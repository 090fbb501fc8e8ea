import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scene, SECRETS } from '../support/e2e/scene.ts';
import type { Service } from '../support/e2e/service.ts';
import { newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { EventReader } from '../support/event-reader.ts';
import { ADMIN_PASSWORD, api, API_KEY } from '../support/server-process.ts';
import { until } from '../support/until.ts';

interface Event {
  readonly id: string;
  readonly transactionId: string;
  readonly at: string;
  readonly type: string;
  readonly from: string | null;
  readonly to: string | null;
}

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain({ args: ['--accounts', '20'] });
});
afterAll(() => shared.close());

const asClient = { authorization: `Bearer ${API_KEY}` };
const asAdmin = async ({ origin }: Service): Promise<{ authorization: string }> => {
  const body = { username: 'admin', password: ADMIN_PASSWORD };
  const session = await api<{ token: string }>(origin, 'POST', '/v1/admin/session', { body });
  return { authorization: `Bearer ${session.body.token}` };
};
const open = (stage: Stage, { origin }: Service, path: string, headers: Record<string, string>) =>
  EventReader.open<Event>(origin + path, headers).then((reader) => {
    stage.add(() => reader.close());
    return reader;
  });
const ends = (reader: EventReader<Event>, id: string, to = 'confirmed') =>
  reader.hears(`that ${id} is ${to}`, (event) => event.transactionId === id && event.to === to);

/** Every event that there is, page by page. */
async function allEvents({ origin }: Service): Promise<readonly Event[]> {
  const all: Event[] = [];
  for (let [after, more] = ['0', true]; more;) {
    const page: {
      readonly body: { readonly items: readonly Event[]; readonly nextAfter: string; readonly more: boolean };
    } = await api(origin, 'GET', `/v1/events?limit=100&after=${after}`);
    all.push(...page.body.items);
    ({ nextAfter: after, more } = page.body);
  }
  return all;
}

describe.concurrent('the live feed', { timeout: 180_000 }, () => {
  it('tells on open streams, without any question, of a transaction from its acceptance to its end', () =>
    scene(async (stage) => {
      const service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url });
      const operator = await open(stage, service, '/v1/admin/events', await asAdmin(service));
      const client = await open(stage, service, '/v1/events?after=latest', asClient);
      const id = await service.post({ to: newPayee(), value: '1' });
      await ends(operator, id);
      await ends(client, id);
      expect(client.heard.map(({ data }) => data.to)).toEqual(
        expect.arrayContaining(['queued', 'signed', 'broadcast', 'included', 'confirmed']),
      );
      const { events } = await service.get(id);
      expect(client.heard.map(({ data: { transactionId: _, ...event } }) => event)).toEqual(events);
      expect(operator.heard[0]?.data).toMatchObject({ client: 'test', chainId: 31337 });
      expect(await service.process.stop()).toBe(0);
      await operator.ends();
    }));

  it('has each event once over a kill in the middle, by Last-Event-ID', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const first = await stage.service({ dataDir, rpcUrl: chain.url });
      const before = await open(stage, first, '/v1/events', asClient);
      const wanted = Array.from({ length: 150 }, () => ({ to: newPayee(), value: '1' }));
      const ids = [...(await first.postBatch(wanted)), ...(await first.postBatch(wanted))];
      await until('some are signed', () => before.heard.filter(({ data }) => data.to === 'signed').length > 20);
      await first.process.kill();
      await before.ends();
      expect(before.heard.filter(({ data }) => data.to === 'confirmed').length).toBeLessThan(ids.length);

      const second = await stage.service({ dataDir, rpcUrl: chain.url });
      const resumed = { ...asClient, 'last-event-id': before.lastEventId ?? '' };
      const after = await open(stage, second, '/v1/events', resumed);
      const heard = () => [...before.heard, ...after.heard].map(({ data }) => data);
      await until('all are confirmed', () => {
        const done = new Set(heard().flatMap(({ to, transactionId }) => (to === 'confirmed' ? [transactionId] : [])));
        return ids.every((id) => done.has(id));
      });
      expect(heard()).toEqual(await allEvents(second));
    }));

  it('tells of what another process does', () =>
    scene(async (stage) => {
      const database = join(stage.folder(), 'shared.sqlite');
      const shares = { rpcUrl: chain.url, until: 'listening' as const };
      const env = { ...SECRETS, DATABASE_URL: `sqlite:${database}` };
      const front = await stage.service({ ...shares, dataDir: stage.folder(), env: { ...env, ROLES: 'api' } });
      const operator = await open(stage, front, '/v1/admin/events', await asAdmin(front));
      const worker = { ...env, INTERNAL_URL: front.origin, ROLES: 'worker,tracker' };
      await stage.service({ ...shares, dataDir: stage.folder(), env: worker });
      const id = await front.post({ to: newPayee(), value: '1' });
      await ends(operator, id);
      expect(operator.heard.map(({ data }) => data)).toMatchObject(await allEvents(front));
    }));
});
