import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Hex } from '../../src/domain/primitives.ts';
import { endWithUs } from './end-with-us.ts';

export interface AnvilOptions {
  /** Mine a block every so often, full or empty; left out: a block for each transaction. */
  readonly blockTimeMs?: number;
  /** Mine only when told. */
  readonly noMining?: boolean;
  /** Left out: a free one. */
  readonly port?: number;
  readonly args?: readonly string[];
}

export interface Anvil {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The result; throws what the node answers as an error. */
  rpc<Result = unknown>(method: string, ...params: readonly unknown[]): Promise<Result>;
  setBalance(address: string, wei: bigint): Promise<void>;
  mine(blocks?: number): Promise<void>;
  /** Ends the process group, and waits until it is gone. */
  stop(): Promise<void>;
}

/** A real node on loopback, in a process group of its own, that goes with this process at the latest. */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  // A group of its own: what the package's wrapper starts, where there is no binary for this platform beside it, ends with it.
  const child = spawn(binary(), flags(options), { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const killGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  const forget = endWithUs(killGroup);
  const exited = once(child, 'exit');
  const port = await listeningPort(child);
  const url = `http://127.0.0.1:${port}`;
  const rpc = <Result>(method: string, ...params: readonly unknown[]): Promise<Result> =>
    call<Result>(url, method, params);
  return {
    url,
    port,
    pid: child.pid as number,
    rpc,
    setBalance: (address, wei) => rpc('anvil_setBalance', address, quantity(wei)),
    mine: (blocks = 1) => rpc('anvil_mine', quantity(blocks)),
    stop: async () => {
      forget();
      killGroup();
      await exited;
    },
  };
}

function flags({ blockTimeMs, noMining = false, port = 0, args = [] }: AnvilOptions): readonly string[] {
  return [
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...(noMining ? ['--no-mining'] : []),
    ...(blockTimeMs === undefined ? [] : ['--block-time', String(blockTimeMs / 1_000)]),
    ...args,
  ];
}

/** The native binary of this platform's package, else the wrapper that looks for one. */
function binary(): string {
  const { resolve } = createRequire(import.meta.url);
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch;
  try {
    return resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/bin/anvil`);
  } catch {
    return resolve('@foundry-rs/anvil/bin.mjs');
  }
}

async function listeningPort(child: ChildProcess): Promise<number> {
  const { stdout } = child;
  if (stdout === null) throw new Error('anvil has no output');
  try {
    for await (const line of createInterface({ input: stdout })) {
      const port = /^Listening on .*:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
  } finally {
    // Only now, since the end of the loop pauses it: Anvil writes a line for each call, and a full pipe would stop it.
    stdout.resume();
  }
  throw new Error('anvil ended before it listened');
}

async function call<Result>(url: string, method: string, params: readonly unknown[]): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { readonly result?: Result; readonly error?: { readonly message: string } };
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result as Result;
}

const quantity = (value: bigint | number): Hex => `0x${value.toString(16)}`;
