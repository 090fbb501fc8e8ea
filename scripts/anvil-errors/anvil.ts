import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const BINARY = fileURLToPath(new URL('../../node_modules/.bin/anvil', import.meta.url));
const START_MS = 20_000;

/** One HTTP answer, as it came: the body is parsed where it is JSON. */
export type Answer = { readonly httpStatus: number; readonly body: unknown };

export type Anvil = {
  readonly url: string;
  /** Sends any body, well-formed or not. */
  post(body: string): Promise<Answer>;
  /** A call that must succeed: set-up of a provocation. */
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts the project's own Anvil on a free loopback port, mining on demand only. */
export async function startAnvil(extra: readonly string[] = []): Promise<Anvil> {
  const port = await freePort();
  const flags = ['--host', '127.0.0.1', '--port', String(port), '--accounts', '40', '--no-mining', ...extra];
  const child = spawn(BINARY, flags, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${String(port)}`;

  const post = async (body: string): Promise<Answer> => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await response.text();
    return { httpStatus: response.status, body: parse(text) };
  };
  const rpc = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    const { body } = await post(request(method, params));
    const answer = body as { result?: unknown; error?: unknown };
    if (answer.error !== undefined) throw new Error(`${method} failed: ${JSON.stringify(answer.error)}`);
    return answer.result;
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await exited;
  };

  const anvil = { url, post, rpc, stop };
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await rpc('eth_chainId');
      return anvil;
    } catch (cause) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await stop();
        throw new Error(`Anvil did not start with ${flags.join(' ')}`, { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export function request(method: string, params: readonly unknown[]): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No loopback port is free');
  return address.port;
}
