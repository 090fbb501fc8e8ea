import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from './end-with-us.ts';

export const API_KEY = 'test-key-0123456789abcdef';
export const ADMIN_PASSWORD = 'test-Password-1';

export interface ServerOptions {
  /** Path of a built server.js. */
  readonly entry: string;
  readonly dataDir: string;
  /** Left out: the embedded chain. */
  readonly rpcUrl?: string;
  /** `listening`: its banner is out, ready or not; `started`: the process runs, whatever it does. */
  readonly until?: 'ready' | 'listening' | 'started';
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly nodeArguments?: readonly string[];
  /** Shown where it helps; else kept for `output`. */
  readonly verbose?: boolean;
}

export interface ServerProcess {
  readonly origin: string;
  readonly pid: number;
  /** Everything that it said so far. */
  output(): string;
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

export class ServerEnded extends Error {
  override readonly name = 'ServerEnded';
}

/** A server of its own process, ready to serve. Rejected with ServerEnded where it ends before that. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { entry, dataDir, rpcUrl, env = {}, nodeArguments = [], verbose = false, until = 'ready' } = options;
  const child = spawn(process.execPath, [...nodeArguments, '--enable-source-maps', entry], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATA_DIR: dataDir,
      ...(rpcUrl === undefined ? {} : { RPC_URLS: rpcUrl, SIGNERS: 'dev:0,dev:1,dev:2,dev:3' }),
      API_KEYS: `test:${API_KEY}`,
      ADMIN_PASSWORD,
      LOG_LEVEL: 'info',
      ...env,
    },
  });
  const said: string[] = [];
  const keep = (chunk: Buffer): void => {
    said.push(chunk.toString());
    if (verbose) process.stderr.write(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const forget = endWithUs(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => {
    forget();
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const output = (): string => said.join('');
  const origin = until === 'started' ? '' : await ready(child, output, until === 'ready');
  return {
    origin,
    pid: child.pid as number,
    output,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return (await ended).code;
    },
  };
}

/** Where it listens; nowhere, where it does not. */
async function ready(child: ChildProcess, output: () => string, asksReadiness: boolean): Promise<string> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new ServerEnded(`the server ended (${child.exitCode ?? child.signalCode}):\n${output().slice(-3_000)}`);
    const origin = /Console: +(http:\S+?)\/ /.exec(output())?.[1];
    if (!asksReadiness && output().includes('Transaction Broadcaster is ready')) return origin ?? '';
    if (
      origin !== undefined &&
      (await fetch(`${origin}/readyz`).then(
        (r) => r.ok,
        () => false,
      ))
    )
      return origin;
    await sleep(10);
  }
}

export interface Reply<Answer> {
  readonly status: number;
  readonly body: Answer;
}

/** One call of the API, as the test client. */
export async function api<Answer = Record<string, unknown>>(
  origin: string,
  method: string,
  path: string,
  options: {
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly token?: string;
  } = {},
): Promise<Reply<Answer>> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      authorization: `Bearer ${options.token ?? API_KEY}`,
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

export const readyz = (origin: string) => api<{ detail?: string }>(origin, 'GET', '/readyz');
