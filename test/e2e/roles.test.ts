import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scene, SECRETS } from '../support/e2e/scene.ts';
import { balance, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { readyz } from '../support/server-process.ts';

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain({ args: ['--accounts', '20'] });
});
afterAll(() => shared.close());

describe.concurrent('roles', { timeout: 180_000 }, () => {
  it('one process takes in, another signs, broadcasts through the first, and tracks: on one database, each with its folder', () =>
    scene(async (stage) => {
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
    }));

  it('a tracker alone needs no endpoint 2', () =>
    scene(async (stage) => {
      const env = { ROLES: 'tracker' };
      const service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening', env });
      expect(await service.process.stop()).toBe(0);
    }));
});
