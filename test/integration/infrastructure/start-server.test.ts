import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/infrastructure/config/config.ts';
import { readConfig } from '../../../src/infrastructure/config/read-config.ts';
import { anvilsWith } from '../../../src/infrastructure/embedded/anvil/processes.ts';
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
function embedded(): Config {
  const { chain, ...rest } = config();
  return { ...rest, chain: { ...chain, node: { kind: 'embedded', blockTimeMs: 1000 } } };
}
function withDatabase<Result>(use: (database: Database.Database) => Result): Result {
  const database = new Database(join(folder, 'broadcaster.sqlite'));
  try {
    return use(database);
  } finally {
    database.close();
  }
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

  it('of the embedded chain does not start on the database of another chain, which stays where it is', async () => {
    await anvil.rpc('anvil_setChainId', 1337);
    try {
      await (await start(config())).stop();
    } finally {
      await anvil.rpc('anvil_setChainId', 31_337);
    }
    await expect(start(embedded())).rejects.toThrow(/belongs to chain 1337, .* RPC_URLS/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.old'))).toEqual([]);
    expect(anvilsWith(join(folder, 'anvil-cache'))).toEqual([]);
    expectFree();
  });

  it('takes the first block that its embedded chain shows, where the cursor says that it is the same chain', async () => {
    await (await start(embedded())).stop();
    const genesis = (): unknown =>
      withDatabase((database) => database.prepare('SELECT genesis_hash FROM chains').get());
    const before = genesis();
    withDatabase((database) => database.prepare('UPDATE chains SET genesis_hash = ?').run(`0x${'9'.repeat(64)}`));
    await (await start(embedded())).stop();
    expect(genesis()).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.endsWith('.old'))).toEqual([]);
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
