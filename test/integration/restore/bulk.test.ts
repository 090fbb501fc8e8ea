import { expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { CountingIds } from '../../../src/adapters/outbound/system/counting-ids.ts';
import { markRestored } from '../../../src/adapters/outbound/sql/backup/mark-restored.ts';
import { CreateBulk } from '../../../src/application/use-cases/bulk/create-bulk-retry.ts';
import { RunBulkRetries } from '../../../src/application/use-cases/bulk/run-bulk-retries.ts';
import { fresh, memory } from '../../support/storage.ts';
import { commit, LANE, put, transactionId } from '../../support/stored.ts';
import { failed, NOW } from '../../support/transactions.ts';

const storage = fresh(memory);

it('a bulk retry that the backup had under way retries nothing of a signer before a person has decided', async () => {
  const { knex, leases, views } = storage();
  await put(storage(), 1, failed({ attemptHash: null, liveNonce: null, failureCode: 'would_revert' }), { at: NOW });
  await commit(storage(), { signers: [{ key: LANE, nextNonce: 1 }] });
  const create = new CreateBulk({ ...storage(), ids: new CountingIds(), onCreated: () => undefined });
  const created = await create.create({
    actor: { name: 'user:ada', requestId: null },
    reason: 'funded',
    of: { kind: 'ids', ids: [transactionId(1)] },
    expectedCount: 1,
  });
  expect(created.kind).toBe('created');
  // After the backup it was retried by that job, failed again, and was closed: its client was paid in another way.
  await markRestored(knex, { at: NOW, takenAt: NOW, configured: [] });
  const run = new RunBulkRetries({ ...storage(), log: new RecordingLog() });
  const token = await leases.acquire('bulk', 60_000);
  if (token === null) throw new Error('taken');
  expect(await run.hasWork()).toBe(false);
  expect(await run.turn(token)).toBe('nothing');
  expect((await views.one(transactionId(1)))?.status).toBe('failed');
  await commit(storage(), { signers: [{ key: LANE, paused: null }] });
  expect(await run.hasWork()).toBe(true);
  expect(await run.turn(token)).toBe('more');
  expect((await views.one(transactionId(1)))?.status).toBe('queued');
});
