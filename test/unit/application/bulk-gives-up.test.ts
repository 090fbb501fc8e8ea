import { expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { CountingIds } from '../../../src/adapters/outbound/system/counting-ids.ts';
import type { Ledger } from '../../../src/application/ports/ledger.ts';
import { CreateBulk } from '../../../src/application/use-cases/bulk/create-bulk-retry.ts';
import { RunBulkRetries } from '../../../src/application/use-cases/bulk/run-bulk-retries.ts';
import { fresh, memory } from '../../support/storage.ts';
import { put, transactionId } from '../../support/stored.ts';
import { failed, NOW } from '../../support/transactions.ts';

/** As often as a round is asked again before its conflict stands. */
const ROUNDS = 5;
const storage = fresh(memory);

it('a bulk retry gives up the row that cannot be read, also where another one was contested just before', async () => {
  const { knex, jobs, leases, ledger } = storage();
  const numbers = [1, 2, 3];
  for (const n of numbers)
    await put(storage(), n, failed({ attemptHash: null, liveNonce: null, failureCode: 'would_revert' }), {
      at: NOW + n,
    });
  const create = new CreateBulk({ ...storage(), ids: new CountingIds(), onCreated: () => undefined });
  const created = await create.create({
    actor: { name: 'user:ada', requestId: null },
    reason: 'funded',
    of: { kind: 'ids', ids: numbers.map(transactionId) },
    expectedCount: null,
  });
  if (created.kind !== 'created') throw new Error(created.kind);
  await knex('revisions')
    .where('transaction_id', transactionId(2))
    .update({ content: Buffer.alloc(60) });
  let contested = ROUNDS;
  const busy: Ledger = {
    commit: async (changes) =>
      contested-- > 0 ? { kind: 'conflict', reason: 'version', ids: [] } : ledger.commit(changes),
  };
  const run = new RunBulkRetries({ ...storage(), ledger: busy, log: new RecordingLog() });
  const token = await leases.acquire('bulk', 60_000);
  if (token === null) throw new Error('taken');
  while ((await run.turn(token)) === 'more');
  expect(await jobs.one(created.id)).toMatchObject({
    state: 'done',
    retried: 2,
    failed: 1,
    failures: [{ transactionId: transactionId(2), code: 'internal_error' }],
  });
});
