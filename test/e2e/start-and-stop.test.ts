import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anvilsWith } from '../../src/infrastructure/embedded/anvil/processes.ts';
import { openDataFolder } from '../../src/infrastructure/embedded/data-folder.ts';
import { scene, SECRETS } from '../support/e2e/scene.ts';
import { balance, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { api, API_KEY } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain({ args: ['--accounts', '20'] });
});
afterAll(() => shared.close());

describe.concurrent('a first start while the node is away', { timeout: 180_000 }, () => {
  it('waits and says so, and is ready when the node is back', () =>
    scene(async (stage) => {
      const proxy = await stage.proxy(chain.url);
      proxy.rule(() => 'refuse');
      const service = await stage.service({ dataDir: stage.folder(), rpcUrl: proxy.url, until: 'started' });
      await until('it says so', () => service.process.output().includes('waiting for the node'));
      proxy.rule(() => 'pass');
      await until('it is ready', () => service.process.output().includes('is ready'));
    }));

  it.each(['refuse', 'hold'] as const)('can be stopped at once (the node: %s)', (verdict) =>
    scene(async (stage) => {
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
      expect(performance.now() - begin).toBeLessThan(8_000);
    }),
  );
});

describe.concurrent('a thread that ends while it still starts', { timeout: 180_000 }, () => {
  const endThreads = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) throw new Error('lost');`;

  it('ends it with exit code 1 and a sentence that says so', () =>
    scene(async (stage) => {
      const proxy = await stage.proxy(chain.url);
      proxy.rule(() => 'refuse');
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(endThreads)}` };
      const service = await stage.service({ dataDir: stage.folder(), rpcUrl: proxy.url, env, until: 'started' });
      expect(await service.process.ended).toEqual({ code: 1, signal: null });
      const said = service.process.output();
      expect(said).toMatch(
        /^The start was broken off, since (a|the) thread that [a-z ]+ has ended; the log says why\.$/m,
      );
      expect(said).toContain('has ended: lost');
      expect(said).not.toMatch(/^ +at |AbortError/m);
    }));
});

describe.concurrent('a signal while it still starts', { timeout: 180_000 }, () => {
  /** Sends itself the signal when the program asks for one of its packages: until then it has read nothing but its entry. */
  const whileLoading = (signal: string): string => {
    const hooks = `export const resolve = (name, context, next) => {
      if (name === 'knex') process.kill(process.pid, '${signal}');
      return next(name, context);
    };`;
    const url = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
    return `--import=${url(`import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`)}`;
  };

  it.each(['SIGTERM', 'SIGINT'])('ends it with exit code 0, while it is being loaded too (%s)', (signal) =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const env = { NODE_OPTIONS: whileLoading(signal) };
      const service = await stage.service({ dataDir, rpcUrl: chain.url, env, until: 'started' });
      expect(await service.process.ended).toEqual({ code: 0, signal: null });
      expect(service.process.output()).toBe('');
    }),
  );

  it('leaves no chain running, and the data folder free', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const service = await stage.service({ dataDir, until: 'started' });
      await until('its chain starts', () => existsSync(join(dataDir, 'anvil.log')));
      expect(await service.process.stop()).toBe(0);
      expect(anvilsWith(join(realpathSync(dataDir), 'anvil-cache'))).toEqual([]);
      openDataFolder(dataDir).release();
    }));
});

describe.concurrent('a stop', { timeout: 180_000 }, () => {
  it('under load ends within 10 s with exit code 0, and nothing that was accepted is lost or done twice', () =>
    scene(async (stage) => {
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
    }));

  it('while the node hangs is over in time: its calls are cut', () =>
    scene(async (stage) => {
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
    }));
});

it.concurrent('nothing that it says holds a secret, however much it says', { timeout: 180_000 }, () =>
  scene(async (stage) => {
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
  }),
);

it.concurrent('with memory: as its database everything works, and nothing outlives it', { timeout: 180_000 }, () =>
  scene(async (stage) => {
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
  }),
);
