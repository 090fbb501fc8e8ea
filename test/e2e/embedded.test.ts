import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anvilsWith, signal } from '../../src/infrastructure/embedded/anvil/processes.ts';
import type { Service } from '../support/e2e/service.ts';
import { newPayee, Stage } from '../support/e2e/stage.ts';
import { api } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENV = { ANVIL_BLOCK_TIME_MS: '100' };

let stage: Stage, dataDir: string;
beforeEach(() => {
  stage = new Stage();
  dataDir = stage.folder();
  stage.add(() => {
    for (const { pid } of chains()) signal(pid, 'SIGKILL');
  });
});
afterEach(() => stage.close());

const chains = () => anvilsWith(join(realpathSync(dataDir), 'anvil-cache'));
const start = (): Promise<Service> => stage.service({ dataDir, env: ENV });
/** The endings of the names under which earlier files of this one's are kept. */
const keptOf = (file: string): readonly string[] =>
  readdirSync(dataDir).flatMap((name) =>
    name.startsWith(`${file}.`) && name.endsWith('.old') ? name.slice(file.length) : [],
  );
const pay = async (service: Service) =>
  service.becomes(await service.post({ to: newPayee(), value: '1' }), 'confirmed');

/** The Node process that runs this script with that folder in its environment. */
function pidOf(script: string, folder: string): number {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // gone meanwhile
    }
  };
  const found = readdirSync('/proc').filter((pid) => {
    const [program = '', ...args] = read(pid, 'cmdline').split('\0');
    return /node$/.test(program) && args.includes(script) && read(pid, 'environ').includes(folder);
  });
  if (found.length !== 1) throw new Error(`${found.length} processes run ${script}`);
  return Number(found[0]);
}

describe('npm start in a fresh folder', () => {
  it('says where everything is, and a line to paste that works; secrets are shown once', async () => {
    const child = spawn('npm', ['start'], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', DATA_DIR: dataDir, ...ENV },
    });
    const ended = once(child, 'exit') as Promise<[number | null]>;
    stage.add(() => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('it is ready', () => said.includes('Send a transaction:') && said.includes('curl'));
    expect(said).toMatch(
      /Console: +http:\S+\/ \(as yet .*\)\n +API: +http:\S+\/v1\n +Docs: +http:\S+\/docs\n +Chain: +31337 at http/,
    );
    expect(said).toMatch(/Admin: +admin \/ \S{16,}/);
    expect(said).toMatch(new RegExp(`Secrets: +${join(dataDir, 'secrets.json')} `));
    const [, url = '', key = '', body = ''] =
      /curl -X POST (\S+) -H 'Authorization: Bearer (\S+)' .* -d '(.*)'/.exec(said) ?? [];
    const { origin, pathname } = new URL(url);
    const { status } = await api(origin, 'POST', pathname, { body: JSON.parse(body), token: key });
    expect(status).toBe(202);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    // To the server itself, not to npm or its shell: its exit code is handed on.
    const server = pidOf('scripts/start.mjs', dataDir);
    process.kill(server, 'SIGTERM');
    const [code] = await ended;
    expect(code).toBe(0);
    expect(chains()).toEqual([]);
    const second = await stage.service({ dataDir, env: { ...ENV, API_KEYS: `test:${key}` } });
    expect(second.process.output()).not.toContain(key);
  });
});

describe('the embedded chain', () => {
  it('goes on over a stop: what was confirmed is there, and nonces go on', async () => {
    const first = await start();
    const before = await pay(first);
    expect(await first.process.stop()).toBe(0);
    expect(chains()).toEqual([]);
    const second = await start();
    expect(await second.get(before.id)).toMatchObject({ status: 'confirmed', block: before.block });
    const ids = await second.postBatch(Array.from({ length: 8 }, () => ({ from: before.from, to: newPayee() })));
    const told = await second.allBecome(ids, 'confirmed');
    expect(ids.map((id) => told.get(id)?.nonce)).toEqual(ids.map((_, i) => (before.nonce ?? NaN) + 1 + i));
  });

  it('goes on over many stops: the first transaction is still there, and so is its idempotency key', async () => {
    const body = { to: newPayee(), value: '1' };
    const headers = { 'idempotency-key': 'pay-once' };
    const post = (service: Service) =>
      api<{ id: string }>(service.origin, 'POST', '/v1/transactions', { body, headers });
    let first: { readonly id: string; readonly hash: string | null } | null = null;
    for (let stops = 0; stops < 5; stops++) {
      const service = await start();
      const { id } = (await post(service)).body;
      const { hash } = await service.becomes(id, 'confirmed');
      first ??= { id, hash };
      expect({ id, hash }).toEqual(first);
      await pay(service);
      expect(await service.process.stop()).toBe(0);
      expect(service.process.output()).not.toMatch(/"level":"(warn|error)"/);
    }
    expect(readdirSync(dataDir).filter((name) => name.includes('.old'))).toEqual([]);
  }, 180_000);

  it('is found again after a kill, with what was on its way', async () => {
    const first = await start();
    const [chain] = chains();
    const ids = await first.postBatch(Array.from({ length: 40 }, () => ({ to: newPayee(), value: '1' })));
    await first.process.kill();
    const second = await start();
    expect(chains()).toEqual([chain]);
    await second.allBecome(ids, 'confirmed');
  });

  it('that dies under its server ends that too, which is not ready meanwhile; the next start begins anew', async () => {
    const first = await start();
    const { id } = await pay(first);
    const [chain] = chains();
    const readiness: number[] = [];
    signal(chain?.pid ?? 0, 'SIGKILL');
    await until('the chain is gone', () => chains().length === 0);
    const ask = () => fetch(`${first.origin}/readyz`).then(({ status }) => readiness.push(status));
    await until('nobody listens any more', () =>
      ask().then(
        () => false,
        () => true,
      ),
    );
    expect(await first.process.ended).toEqual({ code: 1, signal: null });
    expect(readiness.filter((status) => status !== 503)).toEqual([]);
    const [line = ''] = /.*the embedded chain has ended by itself.*/.exec(first.process.output()) ?? [];
    expect(line).toContain('"level":"error"');
    const second = await start();
    expect(second.process.output()).toContain('a new chain begins with a new database, and the old files are kept');
    await expect(second.get(id)).rejects.toThrow('404');
    expect((await pay(second)).nonce).toBe(0);
  });

  it('whose state is lost begins anew with a new database, and the old one is kept', async () => {
    const first = await start();
    const { id } = await pay(first);
    await first.process.stop();
    rmSync(join(dataDir, 'anvil-state.json'));
    const second = await start();
    expect(second.process.output()).toContain('a new chain begins with a new database, and the old files are kept');
    await expect(second.get(id)).rejects.toThrow('404');
    expect(keptOf('broadcaster.sqlite')).toHaveLength(1);
    expect((await pay(second)).nonce).toBe(0);
    expect(existsSync(join(dataDir, 'broadcaster.sqlite'))).toBe(true);
  });

  it('whose state is older than the database begins anew, and both are kept under one time, named by the start', async () => {
    const state = join(dataDir, 'anvil-state.json');
    const first = await start();
    await first.process.stop();
    const older = readFileSync(state);
    const second = await start();
    const { id } = await pay(second);
    await second.process.stop();
    writeFileSync(state, older);
    const third = await start();
    await expect(third.get(id)).rejects.toThrow('404');
    const [databases, states] = [keptOf('broadcaster.sqlite'), keptOf('anvil-state.json')];
    expect(databases).toHaveLength(1);
    expect(states).toEqual(databases);
    expect(readFileSync(join(dataDir, `anvil-state.json${states[0] ?? ''}`))).toEqual(older);
    const [line = ''] = /.*is older than the database.*/.exec(third.process.output()) ?? [];
    for (const name of ['broadcaster.sqlite', 'anvil-state.json']) expect(line).toContain(`${name}${states[0] ?? ''}`);
    expect((await pay(third)).nonce).toBe(0);
  });

  it('whose database is lost goes on with a new one, and the start says what that means', async () => {
    const first = await start();
    const { id, nonce } = await pay(first);
    await first.process.stop();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `broadcaster.sqlite${suffix}`), { force: true });
    const second = await start();
    const [line = ''] = /.*the database is missing or empty.*/.exec(second.process.output()) ?? [];
    expect(line).toContain('"level":"warn"');
    expect(line).toContain(join(dataDir, 'secrets.json'));
    expect(line).toContain('earlier ids and idempotency keys are unknown');
    await expect(second.get(id)).rejects.toThrow('404');
    expect((await pay(second)).status).toBe('confirmed');
    expect(nonce).toBe(0);
  });
});
