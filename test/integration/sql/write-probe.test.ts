import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { WriteProbe } from '../../../src/adapters/outbound/sql/write-probe.ts';
import { T } from '../../../src/infrastructure/container/tokens.ts';
import { readinessOf } from '../../../src/infrastructure/server/readiness.ts';
import { fakeApp } from '../../support/http-app.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { CHAIN, commit, LANE } from '../../support/stored.ts';

const storage = fresh(() => openFile());
const pragma = async (text: string): Promise<number> => {
  const [row] = await storage().knex.raw<readonly Readonly<Record<string, number>>[]>(`PRAGMA ${text}`);
  return Object.values(row ?? {})[0] ?? NaN;
};
/** No page more than there is, and none that is free. */
const fillUp = async (): Promise<void> => {
  await pragma(`max_page_count = ${await pragma('page_count')}`);
  const { knex } = storage();
  await knex.schema.createTable('rest', (t) => t.binary('filler')).catch(() => undefined);
  while ((await pragma('freelist_count')) > 0)
    await knex('rest')
      .insert({ filler: Buffer.alloc(((await pragma('freelist_count')) - 1) * 4_096 + 1) })
      .catch(() => knex('rest').insert({ filler: Buffer.alloc(1_024) }));
};
const makeRoom = () => pragma('max_page_count = 1000000');

describe('a probe of writing', () => {
  it('commits, and leaves one small row however often it is asked', async () => {
    const probe = new WriteProbe(storage().knex, storage().clock);
    for (let n = 0; n < 4; n++) {
      await probe.check();
      storage().clock.advance(1_000);
    }
    expect(await storage().knex('write_probes')).toHaveLength(1);
    const pages = await pragma('page_count');
    await probe.check();
    expect(await pragma('page_count')).toBe(pages);
  });

  it('says of a full disk what to do, and that it is well once there is room', async () => {
    const probe = new WriteProbe(storage().knex, storage().clock);
    await probe.check();
    await fillUp();
    storage().clock.advance(1_000);
    await expect(probe.check()).rejects.toMatchObject({
      name: 'LedgerUnavailable',
      message: expect.stringMatching(/^a write does not commit \(SQLITE_FULL\): the disk is full, free some/) as string,
    });
    await makeRoom();
    storage().clock.advance(1_000);
    await probe.check();
  });

  it('is made once a second at most, however many ask', async () => {
    const probe = new WriteProbe(storage().knex, storage().clock);
    let writes = 0;
    storage().knex.on('query', ({ sql }: { sql: string }) => {
      if (sql.startsWith('insert')) writes++;
    });
    await Promise.all([probe.check(), probe.check()]);
    storage().clock.advance(999);
    await probe.check();
    expect(writes).toBe(1);
    storage().clock.advance(1);
    await probe.check();
    expect(writes).toBe(2);
  });
});

describe('/readyz', () => {
  const parts = () => {
    const { knex, clock, work } = storage();
    const all = new Map<unknown, unknown>([
      [T.Foundation, { knex, chainId: CHAIN }],
      [T.Gate, { state: () => Promise.resolve({ kind: 'open' }) }],
      [T.Work, work],
      [T.Clock, clock],
    ]);
    return { get: (token: unknown) => all.get(token) } as Parameters<typeof readinessOf>[0];
  };
  const ask = () => {
    const readiness = readinessOf(parts());
    const { app } = fakeApp((deps) => ({
      ...deps,
      parts: {
        ...deps.parts,
        ...(deps.parts.operations && { operations: { ...deps.parts.operations, readiness } }),
      },
    }));
    return request(app).get('/readyz');
  };

  it('is 503 on a full disk, and says what and what to do', async () => {
    await fillUp();
    const response = await ask();
    const body = response.body as { detail: string };
    expect([response.status, response.headers['content-type']]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
    ]);
    expect(body).toMatchObject({ code: 'not_ready', parts: [{ name: 'database', ok: false }, {}, {}, {}] });
    expect(body.detail).toContain('the disk is full, free some of it');
  });

  it('shows the signers that are paused, and is no less ready for them', async () => {
    const key = LANE;
    await commit(storage(), { signers: [{ key }] });
    await storage().knex('signers').update({ paused_reason: 'nonce_jumped', paused_at: 1 });
    const shown = (await readinessOf(parts())()).find(({ name }) => name === 'signers');
    expect(shown).toEqual({ name: 'signers', ok: true, message: `1 of 1 paused: ${key.address} (nonce_jumped)` });
    await storage().knex('signers').update({ paused_reason: null, paused_at: null });
    expect((await readinessOf(parts())()).find(({ name }) => name === 'signers')?.message).toBe('ok');
  });
});
