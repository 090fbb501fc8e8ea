import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFailpointsBuild } from '../../scripts/setup/build.mjs';
import type { bulkRetryDetail } from '../../src/adapters/inbound/http/schemas/bulk-retry.ts';
import { bundled } from '../support/crash/bundled.ts';
import { SECRETS } from '../support/e2e/scene.ts';
import { Stage, type Chain } from '../support/e2e/stage.ts';
import { RECORD_INVARIANTS } from '../support/record-invariants.ts';
import { ADMIN_PASSWORD, api, startServerProcess, type ServerOptions } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import type { z } from 'zod';

type Job = z.output<typeof bulkRetryDetail>;

const MANY = 500;
/** Init code that begins with an invalid opcode: its estimate reverts each time, so it fails at once and after each retry. */
const FAILS = { to: null, data: '0xfe' };

let entry = '';
const shared = new Stage();
let chain: Chain;
beforeAll(async () => {
  entry = await bundled(await ensureFailpointsBuild());
  chain = await shared.chain();
});
afterAll(() => shared.close());

/** Calls as a signed-in administrator. */
async function signedIn(origin: string) {
  const credentials = { username: 'admin', password: ADMIN_PASSWORD };
  const { body } = await api<{ token: string }>(origin, 'POST', '/v1/admin/session', { body: credentials });
  const call = <Answer>(method: string, path: string, sent?: object) =>
    api<Answer>(origin, method, path, { token: body.token, ...(sent && { body: sent }) });
  return {
    openFailures: async () => {
      let count = 0;
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const path = `/v1/admin/transactions?status=failed&closed=false&limit=200${query}`;
        const page: { body: { items: unknown[]; nextCursor: string | null } } = await call('GET', path);
        count += page.body.items.length;
        cursor = page.body.nextCursor;
      }
      return count;
    },
    retryAll: (expectedCount: number) =>
      call<{ id: string }>('POST', '/v1/admin/bulk-retries', { reason: 'again', filter: {}, expectedCount }),
    job: async (id: string) => (await call<Job>('GET', `/v1/admin/bulk-retries/${id}`)).body,
  };
}

async function submitFailing(origin: string): Promise<void> {
  const transactions = Array.from({ length: MANY }, () => FAILS);
  const answer = await api(origin, 'POST', '/v1/transactions/batch', { body: { transactions } });
  expect(answer.status).toBe(202);
  const admin = await signedIn(origin);
  await until('all have failed', async () => (await admin.openFailures()) === MANY, { everyMs: 100 });
}

/** Each row was retried once, and the record holds. */
function expectOnceEach(path: string): void {
  const database = new Database(path, { readonly: true });
  try {
    const rows = (sql: string): readonly unknown[] => database.prepare(sql).all();
    const retries = `SELECT n, count(*) AS times FROM (SELECT count(*) AS n FROM events WHERE type = 'Retried' GROUP BY transaction_id) GROUP BY n`;
    expect(rows(retries)).toEqual([{ n: 1, times: MANY }]);
    expect(rows(`SELECT count(*) AS n FROM audit WHERE action = 'retry'`)).toEqual([{ n: MANY }]);
    for (const [what, sql] of RECORD_INVARIANTS) expect([what, rows(sql)]).toEqual([what, []]);
  } finally {
    database.close();
  }
}

describe.concurrent('a bulk retry', { timeout: 180_000 }, () => {
  it('goes on over any number of kills, and retries each row once', async () => {
    const stage = new Stage();
    try {
      const dataDir = stage.folder();
      const start = async (env: Record<string, string> = {}, how: ServerOptions['until'] = 'ready') => {
        const place = { entry, dataDir, rpcUrl: chain.url, until: how };
        const server = await startServerProcess({ ...place, env: { SIGNERS: 'dev:0', ...env } });
        stage.add(() => server.kill());
        return server;
      };
      const first = await start();
      await submitFailing(first.origin);
      await first.kill();
      const intake = await start({ ROLES: 'api' }, 'listening');
      const answer = await (await signedIn(intake.origin)).retryAll(MANY);
      expect(answer.status).toBe(202);
      await intake.kill();
      // Each of these lives commits one batch and no more; the last one is cut off wherever it is.
      for (let life = 0; life < 3; life++) {
        const server = await start({ FAILPOINT: 'retry.afterCommit:1' }, 'started');
        expect((await server.ended).signal).toBe('SIGKILL');
      }
      await (await start({}, 'listening')).kill();
      const last = await start();
      const admin = await signedIn(last.origin);
      const { id } = answer.body;
      const job = await until('the job is done', async () => {
        const now = await admin.job(id);
        return now.state === 'done' && now;
      });
      expect(job).toMatchObject({ total: MANY, retried: MANY, skipped: 0, failed: 0, failures: [], skips: [] });
      await until('all have failed again', async () => (await admin.openFailures()) === MANY, { everyMs: 100 });
      expect(await last.stop()).toBe(0);
      expectOnceEach(join(dataDir, 'broadcaster.sqlite'));
    } finally {
      await stage.close();
    }
  });

  it('is done once by two workers on one database, of which one is killed', async () => {
    const stage = new Stage();
    try {
      const path = join(stage.folder(), 'shared.sqlite');
      const start = async (roles: string, more: Record<string, string> = {}) => {
        const place = { entry, dataDir: stage.folder(), rpcUrl: chain.url, until: 'listening' as const };
        const env = { ...SECRETS, SIGNERS: 'dev:1', DATABASE_URL: `sqlite:${path}`, ROLES: roles, ...more };
        const server = await startServerProcess({ ...place, env });
        stage.add(() => server.kill());
        return server;
      };
      const { origin } = await start('api,tracker');
      const internal = { INTERNAL_URL: origin };
      const workers = [
        await start('worker', { ...internal, FAILPOINT: 'retry.afterCommit:2' }),
        await start('worker', internal),
      ] as const;
      await submitFailing(origin);
      const admin = await signedIn(origin);
      const { id } = (await admin.retryAll(MANY)).body;
      // Its lease ends some seconds after whoever had it.
      const job = await until('the job is done', async () => {
        const now = await admin.job(id);
        return now.state === 'done' && now;
      });
      expect(job).toMatchObject({ total: MANY, retried: MANY, skipped: 0, failed: 0 });
      await until('all have failed again', async () => (await admin.openFailures()) === MANY, { everyMs: 100 });
      for (const worker of workers) await worker.kill();
      expectOnceEach(path);
    } finally {
      await stage.close();
    }
  });
});
