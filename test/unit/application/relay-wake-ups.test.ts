import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryDeadLetters } from '../../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import { MemoryWakeUpQueue } from '../../../src/adapters/outbound/messaging/memory/wake-up-queue.ts';
import { RecordingMetrics } from '../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import type { WakeUp } from '../../../src/application/change-set.ts';
import { RelayWakeUps } from '../../../src/application/use-cases/relay-wake-ups.ts';
import { fresh, memory } from '../../support/storage.ts';
import { commit, LANE, transactionId } from '../../support/stored.ts';

const [ONE, TWO] = [transactionId(1), transactionId(2)];

describe('the relay', () => {
  const storage = fresh(memory);
  let queue: MemoryWakeUpQueue, letters: MemoryDeadLetters, relay: RelayWakeUps;
  beforeEach(() => {
    const { clock, outbox } = storage();
    const metrics = new RecordingMetrics();
    letters = new MemoryDeadLetters();
    queue = new MemoryWakeUpQueue({ clock, timers: clock, metrics, deadLetters: letters });
    relay = new RelayWakeUps({ outbox, queue, letters, clock, metrics });
  });

  const leave = (wakeUps: readonly WakeUp[]) => commit(storage(), { wakeUps });
  const received = async () => (await queue.receive(10, 0)).map(({ wakeUp }) => wakeUp);

  it('publishes what a commit left, and takes it away', async () => {
    await leave([{ signer: LANE, ids: [ONE] }]);
    expect(await relay.run()).toBe(false);
    expect(await received()).toEqual([{ signer: LANE, ids: [ONE] }]);
    await relay.run();
    expect(await received()).toEqual([]);
  });

  it('sends what is worth nothing before its time with a delay', async () => {
    const { clock } = storage();
    const now = clock.now();
    const wakeUps: WakeUp[] = [
      { signer: LANE, ids: [ONE], notBefore: now + 5_000 },
      { signer: LANE, ids: [TWO], notBefore: now - 1 },
    ];
    await leave(wakeUps);
    await relay.run();
    expect(await received()).toMatchObject([{ ids: [TWO] }]);
    clock.advance(4_999);
    expect(await received()).toEqual([]);
    clock.advance(1);
    expect(await received()).toMatchObject([{ ids: [ONE] }]);
  });

  it('says that there may be more after a full batch', async () => {
    for (let n = 0; n < 101; n++) await leave([{ signer: LANE, ids: [ONE] }]);
    expect(await relay.run()).toBe(true);
    expect(await relay.run()).toBe(false);
    expect(await relay.run()).toBe(false);
  });

  it('keeps letters and their removal in the order of the commits', async () => {
    const put = (id = ONE) => ({ kind: 'put' as const, transactionId: id, code: 'insufficient_funds' as const });
    const remove = { kind: 'remove' as const, transactionId: ONE };
    const at = storage().clock.now();
    await commit(storage(), { at, letters: [put(), put(TWO)] });
    await commit(storage(), { at, letters: [remove] });
    await relay.run();
    expect(await letters.page(10)).toEqual([
      {
        v: 1,
        kind: 'failure',
        transactionId: TWO,
        code: 'insufficient_funds',
        message: expect.stringContaining('fund it') as string,
        at: new Date(at).toISOString(),
      },
    ]);
    await commit(storage(), { letters: [remove, put()] });
    await relay.run();
    expect(await letters.page(10)).toMatchObject([{ transactionId: TWO }, { transactionId: ONE }]);
  });

  it('publishes again what it published before it died: a row goes only after that', async () => {
    const { outbox, clock } = storage();
    const dies = { take: outbox.take.bind(outbox), done: () => Promise.reject(new Error('killed')) };
    const dying = new RelayWakeUps({ outbox: dies, queue, letters, clock, metrics: new RecordingMetrics() });
    await leave([{ signer: LANE, ids: [ONE] }]);
    await expect(dying.run()).rejects.toThrow('killed');
    expect(await received()).toHaveLength(1);
    await relay.run();
    expect(await received()).toHaveLength(1);
  });

  it('leaves everything where the queue is away', async () => {
    const { outbox, clock } = storage();
    const away = {
      ...{ receive: queue.receive.bind(queue), ack: queue.ack.bind(queue), extend: queue.extend.bind(queue) },
      ...{ giveBack: queue.giveBack.bind(queue), publishLater: queue.publishLater.bind(queue) },
      publish: () => Promise.reject(new Error('away')),
    };
    await leave([{ signer: LANE, ids: [ONE] }]);
    const parts = { outbox, queue: away, letters, clock, metrics: new RecordingMetrics() };
    await expect(new RelayWakeUps(parts).run()).rejects.toThrow('away');
    await relay.run();
    expect(await received()).toHaveLength(1);
  });
});
