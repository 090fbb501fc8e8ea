import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/setup/build.mjs';
import { scene } from '../support/e2e/scene.ts';
import type { Service, Told } from '../support/e2e/service.ts';
import { DEV, mined, newPayee } from '../support/e2e/stage.ts';
import { ADMIN_PASSWORD, api, API_KEY } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

/** `npm run admin -- WORDS`, as a process of its own beside the server's. */
async function admin(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> {
  const entry = join(await ensureBuilt(), 'admin.js');
  const { stdout } = await run(process.execPath, [entry, ...words], { env: { PATH: process.env['PATH'], ...env } });
  return stdout;
}

const MAX_IN_FLIGHT = 3;

describe('a record that was restored while its chain had gone on', () => {
  it(
    'sends nothing before a person has decided, names what it has lost, and pays nobody twice',
    () =>
      scene(async (stage) => {
        const chain = await stage.chain();
        const dataDir = stage.folder();
        const file = join(stage.folder(), 'backup.sqlite');
        const env = { MAX_IN_FLIGHT: String(MAX_IN_FLIGHT) };
        const service = await stage.service({ dataDir, rpcUrl: chain.url, env });
        const [signer] = await signersOf(service);
        const settings = {
          ...env,
          DATA_DIR: dataDir,
          RPC_URLS: chain.url,
          SIGNERS: `dev:${devIndexOf(signer?.address)}`,
          CONFIRMATIONS: '2',
          API_KEYS: `test:${API_KEY}`,
          ADMIN_PASSWORD,
        };
        const payments: string[] = [];
        const pay = (on: Service, value = '1', key?: string) => {
          const to = newPayee();
          payments.push(to);
          return post(on, { to, value }, key).then((id) => ({ id, to }));
        };

        // Some are final; of many more some are sent, some signed, and the others have no nonce yet, when the backup is taken under load.
        const early = await Promise.all([pay(service), pay(service)]);
        await service.allBecome(
          early.map(({ id }) => id),
          'confirmed',
        );
        await chain.pause();
        const before = await Promise.all(Array.from({ length: 2 * MAX_IN_FLIGHT + 4 }, () => pay(service)));
        const isSent = async () => (await rows(service)).filter(({ status }) => status === 'broadcast').length;
        await until('the window is full', async () => (await isSent()) === MAX_IN_FLIGHT);
        const during: Paid[] = [];
        const load = async (): Promise<void> => {
          for (let i = 0; i < 10; i++) during.push(await pay(service));
        };
        const [said] = await Promise.all([admin(settings, 'backup', file), load()]);
        expect(said).toContain('read up to block');

        // The chain and the service go on.
        chain.go();
        await service.allBecome(
          [...before, ...during].map(({ id }) => id),
          'confirmed',
        );
        const after = [await pay(service, '7', 'key-1'), await pay(service), await pay(service)];
        await service.allBecome(
          after.map(({ id }) => id),
          'confirmed',
        );
        expect(await service.process.stop()).toBe(0);
        const onChain = await mined(chain);

        expect(await admin(settings, 'restore', file)).toContain('1 signers are paused');
        const restored = await stage.service({ dataDir, rpcUrl: chain.url, env });
        const ready = await (await fetch(`${restored.origin}/readyz`)).text();
        expect(ready).toContain('restored: the record is the backup of');

        // What the record has bytes of is concluded; what has none waits, though all of it was mined.
        const known = (await rows(restored)).filter(({ attempts }) => attempts.length > 0);
        await restored.allBecome(
          known.map(({ id }) => id),
          'confirmed',
        );
        const waiting = (await rows(restored)).filter(({ status }) => status === 'queued');
        expect(waiting.length).toBeGreaterThanOrEqual(4);
        expect((await rows(restored)).length).toBe(known.length + waiting.length);

        // Clients repeat what they miss, with its key or anew; and something new is asked for.
        const repeated = await post(restored, { to: (after[0] as Paid).to, value: '7' }, 'key-1');
        const fresh = await pay(restored, '3');
        await expect(admin(settings, 'signers', 'resume', signer?.address ?? '', '--reason', 'x')).rejects.toThrow(
          'restored from a backup',
        );
        const head = Number(await chain.rpc('eth_blockNumber'));
        await until('the chain has gone on', async () => Number(await chain.rpc('eth_blockNumber')) > head + 10);

        await chain.pause();

        // The report names exactly what the record does not know.
        const report = await until('all of the chain is read', async () => {
          const text = await admin(settings, 'restore', 'report');
          return text.includes('The service has read all of it') && text;
        });
        const bytes = new Set(known.flatMap(({ attempts }) => attempts.map(({ hash }) => hash)));
        const strangers = onChain.filter((one) => one.from === signer?.address.toLowerCase() && !bytes.has(one.hash));
        const lines = report.split('\n').flatMap((line) => /^ +(0x[0-9a-f]{64}) /.exec(line)?.[1] ?? []);
        expect([...lines].sort()).toEqual(strangers.map(({ hash }) => hash).sort());
        const pairs = report.split('\n').flatMap((line) => {
          const [, hash, id] = /^ +(0x[0-9a-f]{64}) .* the same as ([0-9a-f-]{36}) \(queued\)$/.exec(line) ?? [];
          return hash === undefined || id === undefined ? [] : [{ hash, id }];
        });
        expect(pairs.map(({ id }) => id).sort()).toEqual([...waiting.map(({ id }) => id), repeated].sort());
        expect(await mined(chain)).toHaveLength(onChain.length);

        // The person's decisions.
        chain.go();
        for (const { hash, id } of pairs)
          await admin(settings, 'restore', 'adopt', id, hash, '--reason', 'it is the one');
        await restored.allBecome(
          pairs.map(({ id }) => id),
          'confirmed',
        );
        expect(await restored.get(repeated)).toMatchObject({ hash: strangerOf(pairs, repeated), settled: true });
        expect(await mined(chain)).toHaveLength(onChain.length);
        await until('it goes on', () =>
          admin(settings, 'signers', 'resume', signer?.address ?? '', '--decided', '--reason', 'all is adopted').then(
            (text) => text.includes('goes on'),
            (error: unknown) => !String(error).includes('has not read the chain') && Promise.reject(error as Error),
          ),
        );
        await restored.becomes(fresh.id, 'confirmed');
        const paid = (await mined(chain)).map(({ to }) => to);
        for (const payee of payments) expect(paid.filter((to) => to === payee)).toHaveLength(1);
        expect(paid).toHaveLength(onChain.length + 1);
      }),
    240_000,
  );
});

interface Paid {
  readonly id: string;
  readonly to: string;
}

const strangerOf = (pairs: readonly { hash: string; id: string }[], id: string) =>
  pairs.find((pair) => pair.id === id)?.hash;

async function post(on: Service, body: object, key?: string): Promise<string> {
  const headers = key === undefined ? {} : { headers: { 'Idempotency-Key': key } };
  const answer = await api(on.origin, 'POST', '/v1/transactions', { body, ...headers });
  expect(answer.status).toBe(202);
  return String(answer.body['id']);
}

/** Everything on record. */
async function rows(on: Service): Promise<readonly Told[]> {
  const all: Told[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { body: { items: readonly Told[]; nextCursor: string | null } } = await api(
      on.origin,
      'GET',
      `/v1/transactions?limit=200${query}`,
    );
    for (const { id } of page.body.items) all.push(await on.get(id));
    cursor = page.body.nextCursor;
  }
  return all;
}

async function signersOf(on: Service): Promise<readonly { readonly address: string }[]> {
  const asked = await on.admin();
  return (await asked<{ items: { address: string }[] }>('/v1/admin/signers')).items;
}

function devIndexOf(address: string | undefined): number {
  const found = DEV.findIndex((one) => one === address?.toLowerCase());
  if (found < 0) throw new Error('it is no development account');
  return found;
}
