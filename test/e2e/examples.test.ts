import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/e2e/service.ts';
import { balance, newPayee, Stage, type Chain } from '../support/e2e/stage.ts';
import { startFaultProxy, type Fault } from '../support/fault-proxy.ts';
import { api, API_KEY } from '../support/server-process.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));

/** Each client of docs/examples, and what runs it. */
const CLIENTS: readonly (readonly [string, readonly string[]])[] = [
  ['client.sh', ['sh']],
  ['client.ts', [process.execPath, '--import', 'tsx']],
  ['client.py', ['python3']],
];

/** Everything after which a client must ask again: five times the server was asked to do it, and four of the answers were lost. */
const FAULTS: readonly Fault[] = [
  {
    status: 503,
    headers: { 'Retry-After': '1', 'Content-Type': 'application/problem+json' },
    body: '{"code":"unavailable"}',
  },
  'lost',
  'late',
  { status: 429, body: '{"message":"Too Many Requests"}' },
  'half',
  { status: 502, body: '<html>Bad Gateway</html>' },
  'lost',
  // The answer that the client gets, and from here on the questions how it goes on.
  'pass',
  { status: 504 },
  'half',
];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = ([command = '', ...before]: readonly string[], file: string, args: readonly string[], origin: string) =>
  new Promise<Ended>((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      URL: origin,
      KEY: API_KEY,
      BASE_MS: '20',
      CAP_MS: '100',
      TIMEOUT_S: '1',
      POLL_S: '0.1',
    };
    execFile(command, [...before, file, ...args], { env, timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });

/** Node is here; the others need not be on every machine. */
const isHere = (...commands: readonly string[]): boolean =>
  commands.every((command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0);
const CAN_RUN: Readonly<Record<string, boolean>> = {
  'client.sh': isHere('curl'),
  'client.ts': true,
  'client.py': isHere('python3'),
};

const stage = new Stage();
let chain: Chain, service: Service;
beforeAll(async () => {
  chain = await stage.chain();
  service = await stage.service({ dataDir: stage.folder(), rpcUrl: chain.url });
});
afterAll(() => stage.close());

interface Listed {
  readonly id: string;
  readonly to: string;
  readonly idempotencyKey: string | null;
}

/** Every transaction on record that pays this address. */
async function paying(to: string): Promise<readonly Listed[]> {
  const { body } = await api<{ items: readonly Listed[] }>(service.origin, 'GET', '/v1/transactions?limit=200');
  return body.items.filter((one) => one.to.toLowerCase() === to.toLowerCase());
}

describe.each(CLIENTS)('docs/examples/%s', (name, command) => {
  const test = it.skipIf(CAN_RUN[name] !== true);

  test('pays once, whatever gets lost on the way', async () => {
    const proxy = await startFaultProxy(service.origin, FAULTS);
    stage.add(() => proxy.stop());
    const to = newPayee();
    const args = [`order of ${name}`.replaceAll(' ', '-'), to, '1234'];
    const ended = await run(command, fileOf(name), args, proxy.origin);
    const [first] = await paying(to);
    expect(ended).toEqual({ code: 0, stdout: `${first?.id ?? ''} confirmed\n`, stderr: '' });
    expect(proxy.seen.slice(0, 8)).toEqual(Array(8).fill('POST /v1/transactions'));
    expect(proxy.seen.slice(8).every((line) => line === `GET /v1/transactions/${first?.id ?? ''}`)).toBe(true);
    expect(first?.idempotencyKey).toBe(args[0]);

    // Run once more, as after a crash of its own, it finds what it did.
    const again = await run(command, fileOf(name), args, service.origin);
    expect(again.stdout).toBe(ended.stdout);
    expect([(await paying(to)).length, await balance(chain, to)]).toEqual([1, 1234n]);
  });

  test('does not repeat what was refused', async () => {
    const proxy = await startFaultProxy(service.origin, []);
    stage.add(() => proxy.stop());
    const ended = await run(command, fileOf(name), ['order-2', 'nobody', '1'], proxy.origin);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain('invalid_field');
    expect(proxy.seen).toEqual(['POST /v1/transactions']);
  });

  test('gives up in the end', async () => {
    const proxy = await startFaultProxy(service.origin, Array<Fault>(20).fill({ status: 503 }));
    stage.add(() => proxy.stop());
    const ended = await run(command, fileOf(name), ['order-3', newPayee(), '1'], proxy.origin);
    expect([ended.code !== 0, ended.stdout, proxy.seen.length]).toEqual([true, '', 10]);
    expect(ended.stderr).toContain('gave up after 10 tries');
  });
});
