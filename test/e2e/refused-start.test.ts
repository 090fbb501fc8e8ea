import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scene, SECRETS } from '../support/e2e/scene.ts';
import { newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { ServerEnded } from '../support/server-process.ts';

const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  chain = await shared.chain({ args: ['--accounts', '20'] });
});
afterAll(() => shared.close());

/** What it said when it would not start. */
async function refusal(stage: Stage, options: Parameters<Stage['service']>[0]): Promise<string> {
  const error: unknown = await stage.service(options).catch((reason: unknown) => reason);
  if (!(error instanceof ServerEnded)) throw new Error('it started', { cause: error });
  expect(error.message).toContain('the server ended (1)');
  expect(error.message, 'a stack is of no use to who can mend a setting').not.toMatch(/^ +at /m);
  return error.message;
}

describe.concurrent('it does not start, and says why', { timeout: 180_000 }, () => {
  it('on a data folder that another one uses', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const first = await stage.service({ dataDir, rpcUrl: chain.url });
      expect(await refusal(stage, { dataDir, rpcUrl: chain.url })).toContain(`running on the data folder ${dataDir}`);
      await first.becomes(await first.post({ to: newPayee() }), 'confirmed');
    }));

  it('with settings that are wrong: all of them at once, none that is right, and no secret', () =>
    scene(async (stage) => {
      const env = { PORT: 'x', CONFIRMATIONS: '0', API_KEYS: 'nonsense-secret', LOG_LEVEL: 'info' };
      const said = await refusal(stage, { dataDir: stage.folder(), rpcUrl: chain.url, env });
      for (const name of ['PORT', 'CONFIRMATIONS', 'API_KEYS']) expect(said).toContain(`  ${name} is `);
      expect(said).not.toMatch(/LOG_LEVEL|DATA_DIR|RPC_URLS|nonsense-secret/);
    }));

  it('on an address that another program listens on', () =>
    scene(async (stage) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      stage.add(() => server.close());
      const port = String((server.address() as AddressInfo).port);
      const said = await refusal(stage, { dataDir: stage.folder(), rpcUrl: chain.url, env: { PORT: port } });
      expect(said).toContain(`PORT is "${port}": another program listens on 127.0.0.1 port ${port}`);
    }));

  it('with a database that is none, or a keystore that cannot be read', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const notADatabase = join(dataDir, 'notes.txt');
      writeFileSync(notADatabase, 'no database'.repeat(100));
      for (const path of [notADatabase, join(dataDir, 'nowhere', 'database.sqlite')]) {
        const env = { ...SECRETS, DATABASE_URL: `sqlite:${path}` };
        expect(await refusal(stage, { dataDir, rpcUrl: chain.url, env })).toContain(
          `The database ${path} cannot be used`,
        );
      }
      const keystore = { SIGNERS: `keystore:${dataDir}/a.json,keystore:${dataDir}/b.json`, KEYSTORE_PASSPHRASE: 'x' };
      const said = await refusal(stage, { dataDir, rpcUrl: chain.url, env: keystore });
      expect(said).toContain('a.json: cannot be read');
      expect(said).toContain('b.json: cannot be read');
    }));

  it('beside a database whose secrets are lost or damaged: no new ones are made', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const file = join(dataDir, 'secrets.json');
      const first = await stage.service({ dataDir, rpcUrl: chain.url });
      await first.process.stop();
      const secrets = readFileSync(file);
      for (const damage of [null, '[]']) {
        if (damage === null) rmSync(file);
        else writeFileSync(file, damage);
        const said = await refusal(stage, { dataDir, rpcUrl: chain.url });
        expect(said).toContain(`The secrets in ${file} cannot be used`);
        expect(said).toContain('restore the file from a backup');
        expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(damage);
      }
      writeFileSync(file, secrets);
      const again = await stage.service({ dataDir, rpcUrl: chain.url });
      expect(again.process.output()).not.toContain('the database is missing');
    }));

  it('with a database whose keys it does not have', () =>
    scene(async (stage) => {
      const dataDir = stage.folder();
      const first = await stage.service({ dataDir, rpcUrl: chain.url, env: SECRETS });
      await first.process.stop();
      const other = { ...SECRETS, FIELD_ENCRYPTION_KEY: `base64:${Buffer.alloc(32, 8).toString('base64')}` };
      expect(await refusal(stage, { dataDir, rpcUrl: chain.url, env: other })).toContain('not given here');
    }));
});
