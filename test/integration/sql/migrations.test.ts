import { describe, expect, it } from 'vitest';
import { sqlite } from '../../../src/adapters/outbound/sql/dialect/sqlite.ts';
import { migrate } from '../../../src/adapters/outbound/sql/migrate.ts';
import { fresh, memory } from '../../support/storage.ts';
import { CHAIN, commit, newTransaction, put, transactionId } from '../../support/stored.ts';
import { broadcast, failed, NOW, settled, SIGNER } from '../../support/transactions.ts';

const storage = fresh(memory);

/** The database as the release before left it. */
async function withoutFigures(): Promise<void> {
  const { knex } = storage();
  await knex.schema.dropTable('figures');
  await knex.schema.dropTable('figure_deltas');
  await knex.schema.alterTable('failures', (t) => {
    t.dropIndex(['state', 'code', 'opened_at']);
  });
  await knex('schema_migrations').where('name', '0005-figures').delete();
}

describe('a database from before there were figures', () => {
  it('is counted once, and goes on from there', async () => {
    await put(storage(), 1, settled('confirmed'));
    await put(storage(), 2, broadcast());
    for (const n of [3, 4]) await put(storage(), n, failed({ liveNonce: null, attemptHash: null }));
    const opened = { kind: 'opened', code: 'expired', message: 'm', nodeMessage: null } as const;
    await commit(storage(), {
      failures: [
        { ...opened, transactionId: transactionId(3) },
        { ...opened, transactionId: transactionId(4) },
        { kind: 'closed', transactionId: transactionId(4), by: 'user:ann', reason: 'r' },
      ],
    });
    const before = await storage().figures.standing();
    await withoutFigures();
    await migrate(storage().knex, sqlite);
    expect(await storage().figures.standing()).toEqual(before);
    expect(before.chains[0]?.signers.get(SIGNER)).toMatchObject({ confirmed: 1, broadcast: 1, failed: 2 });
    expect(before.openFailures).toEqual([{ code: 'expired', count: 1, oldestAt: NOW }]);
    await commit(storage(), { accepted: [newTransaction(9)] });
    await storage().figures.fold(NOW);
    const [levels] = (await storage().figures.standing()).chains;
    expect(levels?.chainId).toBe(CHAIN);
    expect(levels?.signers.get(SIGNER)).toMatchObject({ queued: 1, confirmed: 1, broadcast: 1, failed: 2 });
  });
});
