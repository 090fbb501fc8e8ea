import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/setup/build.mjs';
import { scene } from '../support/e2e/scene.ts';
import type { Service } from '../support/e2e/service.ts';
import { DEV, mined, newPayee } from '../support/e2e/stage.ts';
import { ADMIN_PASSWORD, api, API_KEY } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

async function admin(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> {
  const entry = join(await ensureBuilt(), 'admin.js');
  const { stdout } = await run(process.execPath, [entry, ...words], { env: { PATH: process.env['PATH'], ...env } });
  return stdout;
}

/** As a client that leaves the choice of the signer to the service. */
async function pay(on: Service, to: string, key: string): Promise<string> {
  const headers = { 'Idempotency-Key': key };
  const answer = await api(on.origin, 'POST', '/v1/transactions', { body: { to, value: '5' }, headers });
  expect(answer.status).toBe(202);
  return String(answer.body['id']);
}

describe('a payment that a restored record has lost, repeated by its client where there are two signers', () => {
  it(
    'is not paid again by the other signer after all that the report asks for was done',
    () =>
      scene(async (stage) => {
        const chain = await stage.chain();
        const dataDir = stage.folder();
        const file = join(stage.folder(), 'backup.sqlite');
        const env = { SIGNERS: 'dev:0,dev:1' };
        const settings = {
          ...env,
          DATA_DIR: dataDir,
          RPC_URLS: chain.url,
          API_KEYS: `test:${API_KEY}`,
          ADMIN_PASSWORD,
        };
        const service = await stage.service({ dataDir, rpcUrl: chain.url, env });
        await admin(settings, 'backup', file);
        const to = newPayee();
        const lost = await service.becomes(await pay(service, to, 'key-1'), 'confirmed');
        expect(await service.process.stop()).toBe(0);

        await admin(settings, 'restore', file);
        const restored = await stage.service({ dataDir, rpcUrl: chain.url, env });
        const from = async (id: string) => (await restored.get(id)).from;
        const others: string[] = [];
        let repeated = '';
        // Another's request may come before the repeat, which then goes to the signer that has less to do.
        for (let n = 0; repeated === ''; n++) {
          others.push(await pay(restored, newPayee(), `other-${n}`));
          if ((await from(others.at(-1) ?? '')) === lost.from) repeated = await pay(restored, to, 'key-1');
        }
        expect(await from(repeated)).not.toBe(lost.from);

        const report = await until('all of the chain is read', async () => {
          const text = await admin(settings, 'restore', 'report');
          return text.includes('The service has read all of it') && text;
        });
        expect(report).toContain(lost.hash);
        await expect(
          admin(settings, 'signers', 'resume', lost.from, '--decided', '--reason', 'nothing is of this one'),
        ).rejects.toThrow(`${repeated} (queued) asks for the same as ${lost.hash ?? ''}`);
        for (const [, hash = '', alike = ''] of report.matchAll(/^ +(0x[0-9a-f]{64}) .* the same as ([0-9a-f-]{36})/gm))
          await admin(settings, 'restore', 'adopt', alike, hash, '--reason', 'it is the one');
        for (const signer of DEV.slice(0, 2))
          await until('it goes on', () =>
            admin(settings, 'signers', 'resume', signer, '--decided', '--reason', 'the report says no more').then(
              () => true,
              (error: unknown) => !String(error).includes('has not read the chain') && Promise.reject(error as Error),
            ),
          );
        await restored.allBecome([...others, repeated], 'confirmed');
        expect(await restored.get(repeated)).toMatchObject({ from: lost.from, hash: lost.hash });
        expect((await mined(chain)).filter((one) => one.to === to)).toHaveLength(1);
      }),
    120_000,
  );
});
