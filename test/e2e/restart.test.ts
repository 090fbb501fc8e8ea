import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scene } from '../support/e2e/scene.ts';
import { balance, mined, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { readyz } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain({ args: ['--accounts', '20'] });
});
afterAll(() => shared.close());

describe.concurrent('a restart', { timeout: 180_000 }, () => {
  it('while the node is away takes in what comes; it goes out when the node is back', () =>
    scene(async (stage) => {
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
    }));

  it('on another chain sends nothing and says why; intake goes on, and back on the right one all is done', () =>
    scene(async (stage) => {
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
    }));

  it('puts the letters of open failures back', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const env = { RETRY_MAX: '0' };
      const first = await stage.service({ dataDir, rpcUrl: chain.url, env });
      await first.becomes(await first.post({ to: newPayee(), value: (10n ** 30n).toString() }), 'failed');
      await first.process.stop();
      expect(first.process.output()).not.toContain('put the letters');
      const second = await stage.service({ dataDir, rpcUrl: chain.url, env });
      expect(second.process.output()).toMatch(/"letters":1.*put the letters of open failures back/);
    }));
});
