import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import type { BlockHash } from '../../../src/domain/primitives.ts';
import { EmbeddedChain, type EmbeddedChainOptions } from '../../../src/infrastructure/embedded/anvil/embedded-chain.ts';
import { AnvilSilent } from '../../../src/infrastructure/embedded/anvil/find-running.ts';
import { launchAnvil } from '../../../src/infrastructure/embedded/anvil/launch.ts';
import { anvilsWith, signal } from '../../../src/infrastructure/embedded/anvil/processes.ts';
import { callAnvil } from '../../../src/infrastructure/embedded/anvil/rpc.ts';
import { StateFile } from '../../../src/infrastructure/embedded/anvil/state-file.ts';
import { until } from '../../support/until.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SERVER = `
  import { EmbeddedChain } from ${JSON.stringify(new URL('../../../src/infrastructure/embedded/anvil/embedded-chain.ts', import.meta.url).href)};
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const chain = await EmbeddedChain.start({ folder: process.argv[1], blockTimeMs: 50, log: silent });
  console.log(chain.url);
  process.stdin.resume(); // lives until its stdin ends, so that none is left if the test dies
`;

interface Block {
  readonly number: string;
  readonly timestamp: string;
  readonly hash: BlockHash;
  readonly parentHash: BlockHash;
}

let folder: string, log: RecordingLog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chain-'));
  log = new RecordingLog();
});
afterEach(() => {
  for (const { pid } of running()) signal(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

const running = () => anvilsWith(join(realpathSync(folder), 'anvil-cache'));
const start = (onBlock?: () => void, blockTimeMs = 50) =>
  EmbeddedChain.start({ folder, blockTimeMs, log, ...(onBlock === undefined ? {} : { onBlock }) });
/** One whose blocks come when the test says so. */
const startStill = () => start(undefined, 3_600_000);

const portOf = (chain: { readonly url: string }) => Number(new URL(chain.url).port);
const ask = (chain: { readonly url: string }, method: string, ...params: readonly unknown[]) =>
  callAnvil(portOf(chain), method, params, 10_000);
const blockAt = (chain: EmbeddedChain, which: number | 'latest' | 'earliest') =>
  ask(
    chain,
    'eth_getBlockByNumber',
    typeof which === 'number' ? `0x${which.toString(16)}` : which,
    true,
  ) as Promise<Block>;
const headNumber = async (chain: EmbeddedChain) => Number(await ask(chain, 'eth_blockNumber'));
const refOf = ({ number, hash }: Block) => ({ number: Number(number), hash });

/** A transfer of 1 wei from the first development account, mined. */
async function pay(chain: EmbeddedChain): Promise<string> {
  const [from, to] = (await ask(chain, 'eth_accounts')) as string[];
  const hash = (await ask(chain, 'eth_sendTransaction', { from, to, value: '0x1', gas: '0x5208' })) as string;
  await ask(chain, 'evm_mine');
  return hash;
}

/** How many blocks of number 0 the state holds; Anvil shows any one of them. */
function firstBlocksOnDisk(): number {
  const state = JSON.parse(readFileSync(join(folder, 'anvil-state.json'), 'utf8')) as {
    blocks: readonly { header: { number: string } }[];
  };
  return state.blocks.filter(({ header }) => Number(header.number) === 0).length;
}

/** Everything that a client can read of the chain up to its head. */
async function readAll(chain: EmbeddedChain, hashes: readonly string[]) {
  const head = await headNumber(chain);
  return {
    blocks: await Promise.all(Array.from({ length: head + 1 }, (_, n) => blockAt(chain, n))),
    receipts: await Promise.all(hashes.map((hash) => ask(chain, 'eth_getTransactionReceipt', hash))),
    transactions: await Promise.all(hashes.map((hash) => ask(chain, 'eth_getTransactionByHash', hash))),
  };
}

describe('the embedded chain', () => {
  test('makes blocks of itself, as fast as it is told, fractions of a second too', async () => {
    let blocks = 0;
    const chain = await new Promise<EmbeddedChain>((resolve, reject) => {
      const started = start(() => {
        blocks += 1;
        if (blocks === 10) started.then(resolve, reject);
      }, 20);
      started.catch(reject);
    });
    expect(await headNumber(chain)).toBeGreaterThanOrEqual(10);
    await chain.pause();
    const [counted, head] = [blocks, await headNumber(chain)];
    expect(head).toBe(counted);
    await chain.stop();
    expect(chain.origin).toBe('new');
  });

  test('funds the development accounts on chain 31337', async () => {
    const chain = await startStill();
    expect(Number(await ask(chain, 'eth_chainId'))).toBe(31337);
    const accounts = (await ask(chain, 'eth_accounts')) as string[];
    expect(accounts).toHaveLength(20);
    expect(accounts[0]?.toLowerCase()).toBe('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266');
    expect(BigInt((await ask(chain, 'eth_getBalance', accounts[19], 'latest')) as string)).toBe(10n ** 22n);
    await chain.stop();
  });

  test('goes on after a stop with every block, transaction and receipt as it was, at the same address', async () => {
    const before = await startStill();
    const hashes = [await pay(before), await pay(before)];
    await ask(before, 'evm_mine');
    hashes.push(await pay(before));
    const read = await readAll(before, hashes);
    const head = read.blocks.at(-1) as Block;
    await before.stop();
    expect(running()).toEqual([]);

    const after = await startStill();
    expect(after).toMatchObject({ origin: 'loaded', url: before.url });
    expect(await readAll(after, hashes)).toEqual(read);
    expect((await blockAt(after, 'earliest')).hash).toBe(read.blocks[0]?.hash);
    const [from] = (await ask(after, 'eth_accounts')) as string[];
    expect(Number(await ask(after, 'eth_getTransactionCount', from, { blockHash: head.hash }))).toBe(3);
    expect(await after.compare(refOf(head))).toBe('continues');
    expect(await after.genesisHash()).toBe(read.blocks[0]?.hash);

    await pay(after);
    expect(await blockAt(after, 'latest')).toMatchObject({ parentHash: head.hash });
    expect(Number(await ask(after, 'eth_getTransactionCount', from, 'latest'))).toBe(4);
    await after.stop();

    const third = await startStill();
    expect((await readAll(third, hashes)).receipts).toEqual(read.receipts);
    expect(await headNumber(third)).toBe(Number(head.number) + 1);
    await third.stop();
    expect(log.lines).toEqual([]);
  });

  test('is one chain over many stops: one first block, every receipt, and times that go on', async () => {
    const hashes: string[] = [];
    const firsts = new Set<string>();
    let newest = 0;
    for (let generation = 0; generation < 6; generation++) {
      const startedAt = Math.floor(Date.now() / 1000);
      const chain = await startStill();
      expect(chain.origin).toBe(generation === 0 ? 'new' : 'loaded');
      hashes.push(await pay(chain));
      firsts.add((await blockAt(chain, 0)).hash);
      const { number, timestamp } = await blockAt(chain, 'latest');
      expect(Number(number)).toBe(generation + 1);
      expect(Number(timestamp)).toBeGreaterThanOrEqual(Math.max(newest, startedAt));
      expect(Number(timestamp)).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
      newest = Number(timestamp);
      const receipts = await Promise.all(hashes.map((hash) => ask(chain, 'eth_getTransactionReceipt', hash)));
      expect(receipts).toMatchObject(hashes.map((_, n) => ({ blockNumber: `0x${(n + 1).toString(16)}` })));
      await chain.stop();
      expect(firstBlocksOnDisk()).toBe(1);
    }
    expect(firsts.size).toBe(1);
    expect(log.lines).toEqual([]);
  });

  test('whose newest block is ahead of the clock goes on from that block’s time, not below it', async () => {
    const ahead = Math.floor(Date.now() / 1000) + 1000;
    const first = await startStill();
    await ask(first, 'evm_setNextBlockTimestamp', ahead);
    await pay(first);
    await first.stop();
    const second = await startStill();
    await pay(second);
    const { timestamp } = await blockAt(second, 'latest');
    expect(Number(timestamp)).toBeGreaterThanOrEqual(ahead);
    expect(Number(timestamp)).toBeLessThan(ahead + 60);
    await second.stop();
  });

  test('is found again when its server was killed, standing still meanwhile, and leaves nothing when that one stops', async () => {
    const server = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', SERVER, folder], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
    server.kill('SIGKILL');
    await once(server, 'exit');
    const [anvil] = running();
    const head = await ask({ url }, 'eth_getBlockByNumber', 'latest', false);

    const chain = await startStill();
    expect(chain).toMatchObject({ origin: 'found', url });
    expect(running()).toEqual([anvil]);
    expect(await ask(chain, 'eth_getBlockByNumber', 'latest', false)).toEqual(head);
    const hash = await pay(chain);
    await chain.stop();
    expect(running()).toEqual([]);

    const next = await startStill();
    expect(next.origin).toBe('loaded');
    expect(await ask(next, 'eth_getTransactionReceipt', hash)).not.toBeNull();
    await next.stop();
  });

  describe('whose Anvil lives and does not answer', () => {
    let hash: string, pid: number;
    beforeEach(async () => {
      hash = await pay(await startStill());
      pid = running()[0]?.pid ?? 0;
      process.kill(pid, 'SIGSTOP');
      // The signal is sent when the call returns, and taken a little later: until then it may still answer.
      await until('it stands still', () =>
        /^T/.test(execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim()),
      );
    });
    const waits = () => until('the start waits', () => log.lines.length > 0);
    const startAgain = (more: Partial<EmbeddedChainOptions>) =>
      EmbeddedChain.start({ folder, blockTimeMs: 3_600_000, log, ...more });

    test('is waited for, and found', async () => {
      const starting = startStill();
      await waits();
      process.kill(pid, 'SIGCONT');
      const chain = await starting;
      expect(chain.origin).toBe('found');
      expect(running().map((anvil) => anvil.pid)).toEqual([pid]);
      expect(await ask(chain, 'eth_getTransactionReceipt', hash)).not.toBeNull();
      await chain.stop();
      expect(log.lines).toMatchObject([{ level: 'warn', fields: { pids: [pid] } }]);
    });

    test('is waited for while it writes its state, which is then taken', async () => {
      const starting = startStill();
      await waits();
      signal(pid, 'SIGTERM');
      process.kill(pid, 'SIGCONT');
      const chain = await starting;
      // It may have answered once more before it ended.
      await until('it has ended', () => !running().some((anvil) => anvil.pid === pid));
      await chain.stop();
      const next = await startStill();
      expect(next.origin).toBe('loaded');
      expect(await ask(next, 'eth_getTransactionReceipt', hash)).not.toBeNull();
      await next.stop();
    });

    test('keeps the start from going on after its time, with what to do, and is left alone', async () => {
      const refused: unknown = await startAgain({ patienceMs: 50 }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(AnvilSilent);
      const { message } = refused as AnvilSilent;
      expect(message).toContain(realpathSync(folder));
      for (const way of ['CONT', 'TERM', 'KILL']) expect(message).toContain(`kill -${way} ${pid}`);
      process.kill(pid, 'SIGCONT');
      const chain = await startStill();
      expect(chain.origin).toBe('found');
      expect(await ask(chain, 'eth_getTransactionReceipt', hash)).not.toBeNull();
      await chain.stop();
    });

    test('is ended where another one answers, which an earlier start put in its place', async () => {
      const [cacheFolder, state] = [
        join(realpathSync(folder), 'anvil-cache'),
        new StateFile(join(folder, 'other.json')),
      ];
      const other = await launchAnvil({ folder: realpathSync(folder), cacheFolder, state, preferredPort: null });
      const chain = await startStill();
      expect(chain).toMatchObject({ origin: 'found', url: `http://127.0.0.1:${other.port}` });
      expect(running()).toEqual([other]);
      expect(log.lines).toMatchObject([{ level: 'warn', fields: { pid } }]);
      await chain.stop();
    });

    test('does not hold up a stop', async () => {
      const stopping = new AbortController();
      const starting = startAgain({ stopping: stopping.signal });
      starting.catch(() => undefined);
      await waits();
      stopping.abort();
      await expect(starting).rejects.toHaveProperty('name', 'AbortError');
      expect(running().map((anvil) => anvil.pid)).toEqual([pid]);
    });
  });

  test('whose stop had no more time is left to write its state, which the next start waits for', async () => {
    const first = await startStill();
    const hash = await pay(first);
    const pid = running()[0]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP'); // as one that is busy
    await first.stop();
    expect(running()).toHaveLength(1);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { pid } }]);
    const starting = startStill();
    process.kill(pid, 'SIGCONT');
    const second = await starting;
    expect(second.origin).toBe('loaded');
    expect(await ask(second, 'eth_getTransactionReceipt', hash)).not.toBeNull();
    await second.stop();
  });

  test('that was killed with its server is told from the one that the database knows', async () => {
    const first = await startStill();
    const genesis = await blockAt(first, 0);
    await first.stop();
    const second = await startStill();
    await pay(second);
    const lost = await blockAt(second, 'latest');
    for (const { pid } of running()) signal(pid, 'SIGKILL');
    await second.stop();
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);

    const third = await startStill();
    expect(third.origin).toBe('loaded');
    expect(await third.compare(null)).toBe('continues');
    expect(await third.compare(refOf(genesis))).toBe('continues');
    expect(await third.compare(refOf(lost))).toBe('behind');

    const state = readFileSync(join(folder, 'anvil-state.json'));
    await third.beginAnew();
    expect(third.kept).toBe(join(realpathSync(folder), `anvil-state.json${third.aside}`));
    expect(readFileSync(third.kept ?? '')).toEqual(state);
    expect(third.origin).toBe('new');
    expect(await headNumber(third)).toBe(0);
    expect(running()).toHaveLength(1);
    expect(await third.compare(refOf(lost))).toBe('fresh');
    expect(await third.compare(refOf(genesis)), 'all embedded chains begin with the same block').toBe('continues');
    await third.stop();
  });

  test('another block at the cursor’s height is not the one that the database knows', async () => {
    await (await startStill()).stop();
    const chain = await startStill();
    await pay(chain);
    const head = await blockAt(chain, 'latest');
    await ask(chain, 'anvil_reorg', 1, []);
    expect(await chain.compare(refOf(head))).toBe('behind');
    await chain.stop();
  });

  test('that is found and given up is written down and kept', async () => {
    const killed = await startStill();
    const hash = await pay(killed);
    const found = await startStill();
    expect(found.origin).toBe('found');
    await found.beginAnew();
    expect(await headNumber(found)).toBe(0);
    await found.stop();
    renameSync(found.kept ?? '', join(folder, 'anvil-state.json'));
    const back = await startStill();
    expect(await ask(back, 'eth_getTransactionReceipt', hash)).toMatchObject({ blockNumber: '0x1' });
    await back.stop();
    expect(log.lines).toEqual([]);
  });

  test('takes the state of an Anvil that was stopped without its server', async () => {
    const first = await startStill();
    const hash = await pay(first);
    const [anvil] = running();
    signal(anvil?.pid ?? 0, 'SIGTERM'); // as a machine that shuts down does to all of a service's processes
    await first.stop();
    const second = await startStill();
    expect(await ask(second, 'eth_getTransactionReceipt', hash)).not.toBeNull();
    await second.stop();
    expect(log.lines).toEqual([]);
  });

  test('whose state cannot be read begins anew and says so', async () => {
    const first = await startStill();
    await pay(first);
    await first.stop();
    const file = join(folder, 'anvil-state.json');
    const half = readFileSync(file, 'utf8').slice(0, 5000);
    writeFileSync(file, half);
    const second = await startStill();
    expect(second.origin).toBe('new');
    expect(await headNumber(second)).toBe(0);
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    expect(readFileSync(second.kept ?? '', 'utf8')).toBe(half);
    await second.stop();
  });

  test('does not take a state that was written in part', async () => {
    const first = await startStill();
    await first.stop();
    appendFileSync(join(folder, 'anvil-state.json.new'), '{"block":{"number"');
    const second = await startStill();
    expect(second.origin).toBe('loaded');
    expect(existsSync(join(folder, 'anvil-state.json.new'))).toBe(false);
    await second.stop();
  });

  test('tells when it has ended by itself, and not when it was stopped', async () => {
    const chain = await startStill();
    expect([chain.lives(), chain.ended.aborted]).toEqual([true, false]);
    const ended = once(chain.ended, 'abort');
    signal(running()[0]?.pid ?? 0, 'SIGKILL');
    await ended;
    expect(chain.lives()).toBe(false);
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
    await chain.stop();
    const next = await startStill();
    await next.stop();
    expect(next.ended.aborted).toBe(false);
  });

  test('writes nowhere but into the data folder, which every process of it names', async () => {
    const chain = await startStill();
    await ask(chain, 'anvil_mine', '0x80');
    const [anvil] = running();
    if (existsSync('/proc/self/environ'))
      expect(readFileSync(`/proc/${anvil?.pid ?? 0}/environ`, 'utf8')).toBe(`HOME=${realpathSync(folder)}\0`);
    await chain.stop();
    expect(readdirSync(folder).sort()).toEqual(['anvil-state.json', 'anvil.json', 'anvil.log']);
  });
});
