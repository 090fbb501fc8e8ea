import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/e2e/service.ts';
import { scene } from '../support/e2e/scene.ts';
import { newPayee, Stage, type Chain } from '../support/e2e/stage.ts';

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain();
});
afterAll(() => shared.close());

const payments = () => Array.from({ length: 40 }, () => ({ to: newPayee(), value: '1' }));

/** A server that is at work while another process has begun to write and does not end. */
async function locked(stage: Stage): Promise<Service> {
  const dataDir = stage.folder();
  const service = await stage.service({ dataDir, rpcUrl: chain.url, env: { SIGNERS: 'dev:0,dev:1,dev:2,dev:3' } });
  await service.allBecome(await service.postBatch(payments()), 'confirmed');
  await service.postBatch(payments());
  const other = new Database(join(dataDir, 'broadcaster.sqlite'), { timeout: 5_000 });
  stage.add(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  return service;
}

const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

describe('while another process holds the database', { timeout: 180_000 }, () => {
  it('a stop ends with exit code 0 within 10 s: leases that cannot be let go of end by themselves', () =>
    scene(async (stage) => {
      const service = await locked(stage);
      let code: number | null = null;
      const tookMs = await milliseconds(async () => (code = await service.process.stop()));
      expect(tookMs).toBeLessThan(10_000);
      expect(code).toBe(0);
    }));

  it('whoever asks is answered: nothing that waits for the lock stops the others', () =>
    scene(async (stage) => {
      const service = await locked(stage);
      let longestMs = 0;
      for (const begin = performance.now(); performance.now() - begin < 12_000 && longestMs < 4_000;)
        longestMs = Math.max(longestMs, await milliseconds(() => fetch(`${service.origin}/healthz`)));
      expect(longestMs).toBeLessThan(4_000);
    }));
});
