import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mnemonicToAccount } from 'viem/accounts';
import { ensureBuilt } from '../../scripts/setup/build.mjs';
import { scene } from '../support/e2e/scene.ts';
import { DEV, mined, newPayee } from '../support/e2e/stage.ts';
import { ADMIN_PASSWORD, api, API_KEY } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

async function admin(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> {
  const entry = join(await ensureBuilt(), 'admin.js');
  const { stdout } = await run(process.execPath, [entry, ...words], { env: { PATH: process.env['PATH'], ...env } });
  return stdout;
}

const DEVELOPMENT = 'test test test test test test test test test test test junk';
const CONFIRMATIONS = 12;

describe('a restored row whose bytes were replaced after the backup', () => {
  it(
    'is not paid again where its signer is resumed before the block of the replacement is final',
    () =>
      scene(async (stage) => {
        const chain = await stage.chain();
        await until('there are blocks', async () => Number(await chain.rpc('eth_blockNumber')) > 2 * CONFIRMATIONS);
        await chain.pause();
        const dataDir = stage.folder();
        const file = join(stage.folder(), 'backup.sqlite');
        const env = { CONFIRMATIONS: String(CONFIRMATIONS), SIGNERS: 'dev:0' };
        const settings = {
          ...env,
          DATA_DIR: dataDir,
          RPC_URLS: chain.url,
          API_KEYS: `test:${API_KEY}`,
          ADMIN_PASSWORD,
        };
        const service = await stage.service({ dataDir, rpcUrl: chain.url, env });
        const to = newPayee() as `0x${string}`;
        const id = await service.post({ to, value: '5' });
        const sent = await service.becomes(id, 'broadcast');
        await admin(settings, 'backup', file);
        expect(await service.process.stop()).toBe(0);

        // What the lost part of the record did: the same again for a higher fee, which is mined.
        const raw = await mnemonicToAccount(DEVELOPMENT).signTransaction({
          type: 'eip1559',
          chainId: 31_337,
          nonce: sent.nonce ?? 0,
          to,
          value: 5n,
          gas: 21_000n,
          maxFeePerGas: 90_000_000_000n,
          maxPriorityFeePerGas: 30_000_000_000n,
        });
        await chain.rpc('eth_sendRawTransaction', raw);
        await chain.mine();
        const paid = async () => (await mined(chain)).filter((one) => one.to === to).length;
        expect(await paid()).toBe(1);

        await admin(settings, 'restore', file);
        const restored = await stage.service({ dataDir, rpcUrl: chain.url, env });
        // A person who does all that the report asks for, as soon as it asks for no more.
        const report = await until('all of the chain is read', async () => {
          const text = await admin(settings, 'restore', 'report');
          return text.includes('The service has read all of it') && text;
        });
        for (const [, hash = '', alike = ''] of report.matchAll(/^ +(0x[0-9a-f]{64}) .* the same as ([0-9a-f-]{36})/gm))
          await admin(settings, 'restore', 'adopt', alike, hash, '--reason', 'it is the one');
        const resume = () =>
          admin(settings, 'signers', 'resume', DEV[0], '--decided', '--reason', 'the report says no more');
        await expect(resume()).rejects.toThrow(`where ${id} has bytes of its own. Wait until its block is final`);
        expect(report).toContain(`not known yet: ${id}`);

        chain.go();
        const head = Number(await chain.rpc('eth_blockNumber'));
        await until(
          'the replacement is long final, and what is signed instead would be too',
          async () => Number(await chain.rpc('eth_blockNumber')) > head + 4 * CONFIRMATIONS,
        );
        await until('the service has read it', async () => {
          const { body } = await api<{ events: readonly { type: string }[] }>(
            restored.origin,
            'GET',
            `/v1/transactions/${id}`,
          );
          return body.events.some(({ type }) => type === 'NonceLost' || type === 'Included');
        });
        expect(await paid()).toBe(1);

        // What the row had is written off: it is in doubt now, and named.
        await expect(resume()).rejects.toThrow(`${id} (queued) asks for the same as`);
        const named = await admin(settings, 'restore', 'report');
        const [, hash = ''] = new RegExp(`^ +(0x[0-9a-f]{64}) .* the same as ${id}`, 'm').exec(named) ?? [];
        await admin(settings, 'restore', 'adopt', id, hash, '--reason', 'it is the one');
        expect(await restored.becomes(id, 'confirmed')).toMatchObject({ hash });
        await until('it goes on', () =>
          resume().then(
            () => true,
            (error: unknown) => !String(error).includes('has not read the chain') && Promise.reject(error as Error),
          ),
        );
        expect(await paid()).toBe(1);
      }),
    120_000,
  );
});
