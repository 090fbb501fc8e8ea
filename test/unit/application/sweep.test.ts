import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryDeadLetters } from '../../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import { MemoryWakeUpQueue } from '../../../src/adapters/outbound/messaging/memory/wake-up-queue.ts';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { RecordingMetrics } from '../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { Sweep } from '../../../src/application/use-cases/sweep.ts';
import { fresh, memory } from '../../support/storage.ts';
import { commit, LANE, put, transactionId } from '../../support/stored.ts';
import { broadcast, included, queued, signed, txHash } from '../../support/transactions.ts';

describe('the sweeper', () => {
  const storage = fresh(memory);
  let queue: MemoryWakeUpQueue, sweep: Sweep, log: RecordingLog;
  beforeEach(async () => {
    const { clock, work, ledger } = storage();
    const metrics = new RecordingMetrics();
    log = new RecordingLog();
    queue = new MemoryWakeUpQueue({ clock, timers: clock, metrics, deadLetters: new MemoryDeadLetters() });
    sweep = new Sweep({ work, ledger, queue, clock, log, metrics });
    await commit(storage(), { signers: [{ key: LANE }] });
  });

  const retryAt = (dueAt: number) => ({ retry: { count: 0, dueAt, lastError: null } });
  const woken = async () => (await queue.receive(10, 0)).flatMap(({ wakeUp }) => wakeUp.ids).sort();
  const statusOf = async (n: number) => (await storage().work.transactions([transactionId(n)])).get(transactionId(n));

  it('finds what is due without any message, whatever step it waits in, and nothing else', async () => {
    const now = storage().clock.now();
    await put(storage(), 1, queued(retryAt(now)));
    await put(storage(), 2, signed({ ...retryAt(now), heldNonce: 2, liveNonce: 2, attemptHash: txHash(2) }));
    await put(storage(), 3, broadcast({ ...retryAt(now), heldNonce: 3, liveNonce: 3, attemptHash: txHash(3) }));
    await put(storage(), 4, queued(retryAt(now + 1)));
    await put(storage(), 5, included({ ...retryAt(now), heldNonce: 5, liveNonce: 5, attemptHash: txHash(5) }));
    await sweep.run();
    expect(await woken()).toEqual([1, 2, 3].map(transactionId));
  });

  it('publishes nothing where nothing is due', async () => {
    await sweep.run();
    expect(await queue.receive(10, 0)).toEqual([]);
  });

  it('ends the wait of what must not be signed any more', async () => {
    const now = storage().clock.now();
    const late = { validUntil: now, ...retryAt(now + 60_000) };
    await put(storage(), 1, queued(late), { accepted: { validUntil: now } });
    await put(storage(), 2, queued({ ...late, validUntil: now + 1 }), { accepted: { validUntil: now + 1 } });
    await put(storage(), 3, queued({ ...late, liveNonce: 3, attemptHash: txHash(3) }), {
      accepted: { validUntil: now },
    });
    await put(storage(), 4, queued({ ...retryAt(now + 60_000), cancelRequested: true }));
    await sweep.run();
    expect(await Promise.all([1, 2, 3, 4].map(async (n) => (await statusOf(n))?.status))).toEqual([
      'expired',
      'queued',
      'failed',
      'cancelled',
    ]);
    expect(await statusOf(3)).toMatchObject({ failureCode: 'expired' });
    expect(log.lines).toMatchObject([{ level: 'info', fields: { closed: 3 } }]);
  });

  it('closes more than it takes at once', async () => {
    const now = storage().clock.now();
    const accepted = { validUntil: now };
    for (let n = 0; n < 501; n++) await put(storage(), n, queued(accepted), { accepted });
    await sweep.run();
    expect(await storage().work.toClose(now, 1_000)).toEqual([]);
  });

  it('leaves a row that somebody moved meanwhile for the next pass', async () => {
    const { work, clock, ledger } = storage();
    const now = clock.now();
    const row = await put(storage(), 1, queued({ validUntil: now }), { accepted: { validUntil: now } });
    const stale = { ...row, version: row.version - 1 };
    const racing = Object.assign(Object.create(work) as typeof work, { toClose: async () => [stale] });
    const parts = { work: racing, ledger, queue, clock, log, metrics: new RecordingMetrics() };
    await new Sweep(parts).run();
    expect((await statusOf(1))?.status).toBe('queued');
    await sweep.run();
    expect((await statusOf(1))?.status).toBe('expired');
  });
});
