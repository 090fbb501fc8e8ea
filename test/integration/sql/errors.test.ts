import { inspect } from 'node:util';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/adapters/outbound/observability/pino-log.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { NOW } from '../../support/transactions.ts';

const storage = fresh(() => openFile());
const SENT = 'what-a-client-sent';
const fillUp = async (): Promise<void> => {
  const [{ page_count: pages }] = (await storage().knex.raw('PRAGMA page_count')) as [{ page_count: number }];
  await storage().knex.raw(`PRAGMA max_page_count = ${pages}`);
};

/** Everything that a log could hold of it. */
async function logged(error: unknown): Promise<string> {
  const lines: string[] = [];
  const log = await createLog({ level: 'info', secrets: [], destination: { write: (line) => void lines.push(line) } });
  log.error({ error }, 'it failed');
  return lines.join('');
}

describe('the error of a statement says nothing of what was bound to it', () => {
  const statements: Readonly<Record<string, (knex: Knex) => Promise<unknown>>> = {
    'an insert': (knex) => knex('sessions').insert({ token_hash: SENT, username: SENT, role: null, expires_at: 1 }),
    'an update': (knex) => knex('leases').where('name', SENT).update({ no_such_column: SENT }),
    'a read': (knex) => knex('no_such_table').where('name', SENT).select(),
    'a raw one': (knex) => knex.raw('SELECT json_extract(?, ?)', [SENT, SENT]),
    'one in a transaction': (knex) => knex.transaction((t) => t('no_such_table').where('name', SENT).delete()),
  };
  it.each(Object.entries(statements))('%s', async (_, statement) => {
    const error: unknown = await statement(storage().knex).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 9 })).not.toContain(SENT);
    expect(await logged(error)).not.toContain(SENT);
  });

  it('one that waited for a connection too long', async () => {
    const { knex } = storage();
    const held = await knex.transaction();
    (knex.client as { pool: { acquireTimeoutMillis: number } }).pool.acquireTimeoutMillis = 5;
    const error: unknown = await knex.raw('SELECT ?', [SENT]).catch((reason: unknown) => reason);
    await held.rollback();
    expect(error).toHaveProperty('name', 'KnexTimeoutError');
    expect(await logged(error)).not.toContain(SENT);
  });

  it('a session that finds no room: unavailable, as every other write is', async () => {
    const username = SENT.repeat(2_000);
    const user = { username, role: 'viewer', passwordHash: 'h', configuredHash: null } as const;
    await storage().accounts.addUser(user, NOW);
    await fillUp();
    const session = { username, passwordHash: 'h', expiresAt: NOW + 1 };
    const error: unknown = await storage()
      .accounts.openSession(new Uint8Array(32).fill(0xab), session, NOW)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'LedgerUnavailable', cause: { code: 'SQLITE_FULL' } });
    const line = await logged(error);
    expect(line).not.toContain(SENT);
    expect(line).not.toContain('abababab');
  });
});
