import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DEVELOPMENT_ACCOUNTS } from '../../config/signers.ts';
import { FIRST_BLOCK_AT, setClock } from './clock.ts';
import { nativeAnvil } from './native-binary.ts';
import type { AnvilProcess } from './processes.ts';
import { callAnvil } from './rpc.ts';
import type { StateFile } from './state-file.ts';

export const EMBEDDED_CHAIN_ID = 31337;
/** A block of a hundred thousand transfers. */
const GAS_LIMIT = 3_000_000_000;
const POLL_MS = 20;
/** A large state takes a while to read. */
const READY_MS = 60_000;

/**
 * How many blocks' states Anvil keeps, to tell nonce counts at a block's hash; blocks and receipts it keeps for good (about 4 kB an empty
 * block). Each state is a copy of all accounts, 2.6 MB of system contracts' storage alone after some hours. As it stands Anvil holds 500 of
 * them and puts 3,600 on disk, 7 GB after an hour of 1 s blocks, in the home folder, and leaves them there.
 */
const STATES_KEPT = 64;

export interface Launch {
  /** The data folder; everything that Anvil writes is in it. */
  readonly folder: string;
  readonly cacheFolder: string;
  readonly state: StateFile;
  /** Tried first, so that wallets find the chain where it was. */
  readonly preferredPort: number | null;
  /** A stop meanwhile: Anvil is ended, and what it was to load is left as it was. */
  readonly stopping?: AbortSignal;
}

export class AnvilEnded extends Error {
  override readonly name = 'AnvilEnded';
  readonly code: number | null;
  constructor(code: number | null, said: string) {
    super(`Anvil ended with ${code ?? 'a signal'}${said === '' ? '' : `: ${said}`}`);
    this.code = code;
  }
}

/**
 * Starts Anvil on the state that is kept, or on a new chain, and waits until it answers. It runs in a process group of its own and goes on
 * when this process dies; it mines only when told (miner.ts), so that nothing happens on the chain meanwhile.
 * @throws {AnvilEnded}, or an `AbortError` where the process is to stop meanwhile
 */
export async function launchAnvil(launch: Launch): Promise<AnvilProcess> {
  const port = await freePort(launch.preferredPort);
  launch.stopping?.throwIfAborted();
  const logFile = join(launch.folder, 'anvil.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(nativeAnvil(), flags(launch, port), {
    cwd: launch.folder,
    env: { HOME: launch.folder },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const waiting = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new AnvilEnded(null, error.message)));
    child.once('exit', (code) => {
      if (!waiting.signal.aborted) reject(new AnvilEnded(code, readFileSync(logFile, 'utf8').trim().slice(0, 500)));
    });
  });
  child.unref();
  try {
    await Promise.race([ended, untilReady(port, waiting.signal, launch.stopping).then(() => setClock(port))]);
  } catch (error) {
    await killed(child);
    throw error;
  } finally {
    waiting.abort();
  }
  return { pid: child.pid as number, port };
}

/** And is gone: whoever starts next on the folder must not meet it. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function untilReady(port: number, signal: AbortSignal, stopping?: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!signal.aborted && !(await answers(port))) {
    stopping?.throwIfAborted();
    if (Date.now() > deadline) throw new AnvilEnded(null, `no answer within ${READY_MS} ms`);
    await delay(POLL_MS);
  }
}

/** Whether the embedded chain is what listens there. */
export async function answers(port: number, timeoutMs = 2000, stopping?: AbortSignal): Promise<boolean> {
  return callAnvil(port, 'eth_chainId', [], timeoutMs, stopping).then(
    (id) => Number(id) === EMBEDDED_CHAIN_ID,
    () => false,
  );
}

function flags({ cacheFolder, state }: Launch, port: number): readonly string[] {
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--cache-path', cacheFolder, '--silent'],
    ...['--timestamp', String(FIRST_BLOCK_AT), '--chain-id', String(EMBEDDED_CHAIN_ID)],
    ...['--gas-limit', String(GAS_LIMIT), '--accounts', String(DEVELOPMENT_ACCOUNTS)],
    // By fees it drops transactions whose lower nonces are pending, and everything behind them.
    ...['--order', 'fifo', '--no-mining', '--prune-history', String(STATES_KEPT)],
    // Written when it ends by SIGTERM; every year besides, which stands for never.
    ...['--dump-state', state.written, '--state-interval', '31536000'],
    ...(state.exists ? ['--load-state', state.path] : []),
  ];
}

async function freePort(preferred: number | null): Promise<number> {
  const listening = async (port: number): Promise<number> => {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new Error('a port was asked for');
    return address.port;
  };
  if (preferred === null) return listening(0);
  return listening(preferred).catch(() => listening(0));
}
