import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balance, DEV, mined, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { ADMIN_PASSWORD, api, API_KEY, ServerEnded } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const SECRETS = {
  API_KEYS: `test:${API_KEY}`,
  ADMIN_PASSWORD,
  INTERNAL_SECRET: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
  FIELD_ENCRYPTION_KEY: `base64:${Buffer.alloc(32, 9).toString('base64')}`,
};

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain();
});
afterAll(() => shared.close());

let stage = new Stage();
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

/** What it said when it would not start. */
async function refusal(options: Parameters<Stage['service']>[0]): Promise<string> {
  const error: unknown = await stage.service(options).catch((reason: unknown) => reason);
  if (!(error instanceof ServerEnded)) throw new Error('it started', { cause: error });
  expect(error.message).toContain('the server ended (1)');
  expect(error.message, 'a stack is of no use to who can mend a setting').not.toMatch(/^ +at /m);
  return error.message;
}

const readyz = async (origin: string) => api<{ detail?: string }>(origin, 'GET', '/readyz');

describe('it does not start, and says why', () => {
  it('on a data folder that another one uses', async () => {
    const dataDir = stage.folder();
    const first = await stage.service({ dataDir, rpcUrl: chain.url });
    expect(await refusal({ dataDir, rpcUrl: chain.url })).toContain(`running on the data folder ${dataDir}`);
    await first.becomes(await first.post({ to: newPayee() }), 'confirmed');
  });

  it('with settings that are wrong: all of them at once, none that is right, and no secret', async () => {
    const env = { PORT: 'x', CONFIRMATIONS: '0', API_KEYS: 'nonsense-secret', LOG_LEVEL: 'info' };
    const said = await refusal({ dataDir: stage.folder(), rpcUrl: chain.url, env });
    for (const name of ['PORT', 'CONFIRMATIONS', 'API_KEYS']) expect(said).toContain(`  ${name} is `);
    expect(said).not.toMatch(/LOG_LEVEL|DATA_DIR|RPC_URLS|nonsense-secret/);
  });

  it('on an address that another program listens on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    stage.add(() => server.close());
    const port = String((server.address() as AddressInfo).port);
    const said = await refusal({ dataDir: stage.folder(), rpcUrl: chain.url, env: { PORT: port } });
    expect(said).toContain(`PORT is "${port}": another program listens on 127.0.0.1 port ${port}`);
  });

  it('with a database that is none, or a keystore that cannot be read', async () => {
    const dataDir = stage.folder();
    const notADatabase = join(dataDir, 'notes.txt');
    writeFileSync(notADatabase, 'no database'.repeat(100));
    for (const path of [notADatabase, join(dataDir, 'nowhere', 'database.sqlite')]) {
      const env = { ...SECRETS, DATABASE_URL: `sqlite:${path}` };
      expect(await refusal({ dataDir, rpcUrl: chain.url, env })).toContain(`The database ${path} cannot be used`);
    }
    const keystore = { SIGNERS: `keystore:${dataDir}/a.json,keystore:${dataDir}/b.json`, KEYSTORE_PASSPHRASE: 'x' };
    const said = await refusal({ dataDir, rpcUrl: chain.url, env: keystore });
    expect(said).toContain('a.json: cannot be read');
    expect(said).toContain('b.json: cannot be read');
  });

  it('with a database whose keys it does not have', async () => {
    const dataDir = stage.folder();
    const first = await stage.service({ dataDir, rpcUrl: chain.url, env: SECRETS });
    await first.process.stop();
    const other = { ...SECRETS, FIELD_ENCRYPTION_KEY: `base64:${Buffer.alloc(32, 8).toString('base64')}` };
    expect(await refusal({ dataDir, rpcUrl: chain.url, env: other })).toContain('not given here');
  });
});

describe('a first start while the node is away', () => {
  it('waits and says so, and is ready when the node is back', async () => {
    const proxy = await stage.proxy(chain.url);
    proxy.rule(() => 'refuse');
    const service = await stage.service({ dataDir: stage.folder(), rpcUrl: proxy.url, until: 'started' });
    await until('it says so', () => service.process.output().includes('waiting for the node'));
    proxy.rule(() => 'pass');
    await until('it is ready', () => service.process.output().includes('is ready'));
  });

  it.each(['refuse', 'hold'] as const)('can be stopped at once (the node: %s)', async (verdict) => {
    const proxy = await stage.proxy(chain.url);
    let asked = false;
    proxy.rule(() => {
      asked = true;
      return verdict;
    });
    const service = await stage.service({ dataDir: stage.folder(), rpcUrl: proxy.url, until: 'started' });
    await until('the node is asked', () => asked);
    const begin = performance.now();
    expect(await service.process.stop()).toBe(0);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});

describe('a restart', () => {
  it('while the node is away takes in what comes; it goes out when the node is back', async () => {
    const proxy = await stage.proxy(chain.url);
    const dataDir = stage.folder();
    const first = await stage.service({ dataDir, rpcUrl: proxy.url });
    const before = await first.post({ to: newPayee(), value: '1' });
    await first.becomes(before, 'confirmed');
    expect(await first.process.stop()).toBe(0);
    proxy.rule(() => 'refuse');
    const second = await stage.service({ dataDir, rpcUrl: proxy.url, until: 'listening' });
    const { status, body } = await readyz(second.origin);
    expect(status).toBe(503);
    expect(body.detail).toMatch(/chain: .*/);
    const to = newPayee();
    const id = await second.post({ to, value: '2' });
    expect(id > before, 'ids go on in order of time').toBe(true);
    proxy.rule(() => 'pass');
    await second.becomes(id, 'confirmed');
    expect(await balance(chain, to)).toBe(2n);
    expect(await second.get(before)).toMatchObject({ status: 'confirmed' });
  });

  it('on another chain sends nothing and says why; intake goes on, and back on the right one all is done', async () => {
    const other = await stage.chain({ args: ['--timestamp', '1700000000'] });
    const dataDir = stage.folder();
    const first = await stage.service({ dataDir, rpcUrl: chain.url });
    await first.becomes(await first.post({ to: newPayee() }), 'confirmed');
    await first.process.stop();
    const second = await stage.service({ dataDir, rpcUrl: other.url, until: 'listening' });
    const to = newPayee();
    const id = await second.post({ to, value: '3' });
    await until('it says why', async () => {
      const { status, body } = await readyz(second.origin);
      return status === 503 && body.detail?.includes('this is another chain');
    });
    await second.when(id, 'waits', ({ retry }) => retry.lastError === 'wrongChain');
    expect(await mined(other)).toEqual([]);
    expect(await second.process.stop()).toBe(0);
    const third = await stage.service({ dataDir, rpcUrl: chain.url });
    await third.becomes(id, 'confirmed');
    expect(await balance(chain, to)).toBe(3n);
  });

  it('puts the letters of open failures back', async () => {
    const dataDir = stage.folder();
    const env = { RETRY_MAX: '0', SIGNERS: 'dev:4' };
    await chain.setBalance(DEV[4], 0n);
    await chain.mine();
    const first = await stage.service({ dataDir, rpcUrl: chain.url, env });
    await first.becomes(await first.post({ to: newPayee(), value: '1' }), 'failed');
    await first.process.stop();
    expect(first.process.output()).not.toContain('put the letters');
    const second = await stage.service({ dataDir, rpcUrl: chain.url, env });
    expect(second.process.output()).toMatch(/"letters":1.*put the letters of open failures back/);
  });
});

describe('a stop', () => {
  it('under load ends within 10 s with exit code 0, and nothing that was accepted is lost or done twice', async () => {
    const dataDir = stage.folder();
    const first = await stage.service({ dataDir, rpcUrl: chain.url });
    const to = newPayee();
    const accepted: string[] = [];
    const load = Array.from({ length: 8 }, async () => {
      for (;;) {
        const reply = await api(first.origin, 'POST', '/v1/transactions', { body: { to, value: '1' } }).catch(
          () => null,
        );
        if (reply?.status !== 202) return reply?.status ?? 'gone';
        accepted.push(String(reply.body['id']));
      }
    });
    await until('some are on their way', () => accepted.length > 100);
    const begin = performance.now();
    expect(await first.process.stop()).toBe(0);
    expect(performance.now() - begin).toBeLessThan(10_000);
    for (const end of await Promise.all(load)) expect([503, 'gone']).toContain(end);
    const second = await stage.service({ dataDir, rpcUrl: chain.url });
    await second.allBecome(accepted, 'confirmed');
    // A call that was cut off without its answer may have been recorded too.
    const paid = Number(await balance(chain, to));
    expect(paid).toBeGreaterThanOrEqual(accepted.length);
    expect(paid).toBeLessThanOrEqual(accepted.length + load.length);
  });

  it('while the node hangs is over in time: its calls are cut', async () => {
    const proxy = await stage.proxy(chain.url);
    const service = await stage.service({ dataDir: stage.folder(), rpcUrl: proxy.url });
    let held = false;
    proxy.rule(() => {
      held = true;
      return 'hold';
    });
    await service.post({ to: newPayee() });
    await until('a call hangs', () => held);
    const begin = performance.now();
    expect(await service.process.stop()).toBe(0);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});

it('nothing that it says holds a secret, however much it says', async () => {
  const env = { ...SECRETS, LOG_LEVEL: 'trace' };
  const service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url, env });
  await service.becomes(await service.post({ to: newPayee(), value: '1' }), 'confirmed');
  const ask = await service.admin();
  await ask('/v1/admin/signers');
  await api(service.origin, 'POST', '/v1/transactions', { body: { to: API_KEY }, token: 'a-wrong-key-0123456789' });
  await service.process.stop();
  const said = service.process.output();
  expect(said).toContain('"level"');
  for (const secret of Object.values(SECRETS)) {
    expect(said).not.toContain(secret);
    expect(said).not.toContain(secret.replace(/^.*?[:_]/, ''));
  }
  expect(said).not.toContain('a-wrong-key');
});

it('with memory: as its database everything works, and nothing outlives it', async () => {
  const dataDir = stage.folder();
  const env = { ...SECRETS, DATABASE_URL: 'memory:' };
  const first = await stage.service({ dataDir, rpcUrl: chain.url, env });
  const id = await first.post({ to: newPayee(), value: '1' });
  await first.becomes(id, 'confirmed');
  await first.process.stop();
  const second = await stage.service({ dataDir, rpcUrl: chain.url, env });
  await expect(second.get(id)).rejects.toThrow('404');
  const next = await second.becomes(await second.post({ to: newPayee(), value: '1' }), 'confirmed');
  expect(next.failure).toBeNull();
});

describe('roles', () => {
  it('one process takes in, another signs, broadcasts through the first, and tracks: on one database, each with its folder', async () => {
    const database = join(stage.folder(), 'shared.sqlite');
    const env = { ...SECRETS, DATABASE_URL: `sqlite:${database}` };
    const api1 = await stage.service({
      ...{ dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening' as const },
      env: { ...env, ROLES: 'api' },
    });
    const to = newPayee();
    const id = await api1.post({ to, value: '5' });
    const internal = { INTERNAL_URL: api1.origin, ROLES: 'worker,tracker' };
    const worker = await stage.service({
      ...{ dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening' as const },
      env: { ...env, ...internal },
    });
    expect(worker.process.output()).toContain('ready (worker, tracker)');
    await api1.becomes(id, 'confirmed');
    const ids = await api1.postBatch(Array.from({ length: 40 }, () => ({ to, value: '1' })));
    await api1.allBecome(ids, 'confirmed');
    expect(await balance(chain, to)).toBe(45n);
    expect((await readyz(api1.origin)).status).toBe(200);
    expect(await worker.process.stop()).toBe(0);
    expect(await api1.process.stop()).toBe(0);
  });

  it('a tracker alone needs no endpoint 2', async () => {
    const env = { ROLES: 'tracker' };
    const service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening', env });
    expect(await service.process.stop()).toBe(0);
  });
});
