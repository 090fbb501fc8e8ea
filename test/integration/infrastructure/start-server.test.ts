import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/infrastructure/config/config.ts';
import { readConfig } from '../../../src/infrastructure/config/read-config.ts';
import { openDataFolder } from '../../../src/infrastructure/embedded/data-folder.ts';
import { startServer } from '../../../src/infrastructure/server/start-server.ts';
import { StartRefused } from '../../../src/infrastructure/server/start-refused.ts';
import { startAnvil, type Anvil } from '../../support/anvil.ts';
import { until } from '../../support/until.ts';

let anvil: Anvil, folder: string, occupied: Server;
beforeAll(async () => {
  anvil = await startAnvil({ noMining: true });
  occupied = createServer().listen(0, '127.0.0.1');
  await once(occupied, 'listening');
});
afterAll(async () => {
  occupied.close();
  await anvil.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function config(env: Readonly<Record<string, string>> = {}): Config {
  const common = { DATA_DIR: folder, PORT: '0', RPC_URLS: anvil.url, SIGNERS: 'dev:0', LOG_LEVEL: 'silent' };
  const read = readConfig({ ...common, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.config;
}
const start = (of: Config, stopping = new AbortController().signal) =>
  startServer({ config: of, version: '1.2.3', staticFolder: folder, stopping });

/** Nobody holds it any more. */
const expectFree = (): void => {
  openDataFolder(folder).release();
};
const listeners = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
/** A listener that is closed is gone a moment later. */
const expectListeners = (count: number) => until(`${count} listeners`, () => listeners() === count);

describe('a server in this process', () => {
  it('that cannot listen leaves nothing open, and can be started on another port', async () => {
    const { port } = occupied.address() as AddressInfo;
    await expect(start(config({ PORT: String(port) }))).rejects.toThrow(StartRefused);
    expectFree();
    await expectListeners(1);
    const server = await start(config());
    await server.stop();
    expectFree();
  });

  it('that has stopped has closed its listener, and a second stop is nothing', async () => {
    await expectListeners(1);
    const server = await start(config());
    await expectListeners(2);
    await server.stop();
    await server.stop();
    await expectListeners(1);
    expectFree();
  });

  it('that is stopped while it starts does not start', async () => {
    const stopping = new AbortController();
    stopping.abort();
    await expect(start(config(), stopping.signal)).rejects.toHaveProperty('name', 'AbortError');
    expectFree();
  });

  it('that cannot use its signers does not start', async () => {
    await anvil.rpc('anvil_setChainId', 5);
    try {
      await expect(start(config())).rejects.toThrow(/development accounts sign on chain 31337 or 1337 only/);
    } finally {
      await anvil.rpc('anvil_setChainId', 31_337);
    }
    expectFree();
  });
});
