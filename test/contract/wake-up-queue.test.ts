import { describe, expect, it } from 'vitest';
import { MemoryDeadLetters } from '../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import { MemoryWakeUpQueue } from '../../src/adapters/outbound/messaging/memory/wake-up-queue.ts';
import { toMessages } from '../../src/adapters/outbound/messaging/wake-up-message.ts';
import { RecordingMetrics } from '../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { ManualClock } from '../../src/adapters/outbound/system/manual-clock.ts';
import type { WakeUp } from '../../src/application/change-set.ts';
import type { Address, ChainId, TransactionId } from '../../src/domain/primitives.ts';
import { wakeUpQueueSuite } from './suites/wake-up-queue.ts';

const SETUP = { visibilityTimeoutMs: 30_000, maxReceives: 3 };

function create(capacity = 10_000) {
  const clock = new ManualClock();
  const metrics = new RecordingMetrics();
  const deadLetters = new MemoryDeadLetters();
  const queue = new MemoryWakeUpQueue({ clock, timers: clock, metrics, deadLetters }, { ...SETUP, capacity });
  return { queue, deadLetters, clock, metrics };
}

const wakeUp = (...ids: readonly string[]): WakeUp => ({
  signer: { chainId: 1 as ChainId, address: `0x${'b'.repeat(40)}` as Address },
  ids: ids as readonly TransactionId[],
});

describe('wake-ups in memory', () => {
  wakeUpQueueSuite(
    async () => {
      const { queue, deadLetters, clock } = create();
      return {
        queue,
        deadLetters,
        sendRaw: async (bodies) => queue.sendRaw(bodies),
        advance: async (ms) => clock.advance(ms),
      };
    },
    { ...SETUP, ordered: true },
  );

  it('wakes whoever waits in the tick of the publishing', async () => {
    const { queue } = create();
    const order: string[] = [];
    const waiting = queue.receive(1, 60_000).then(() => order.push('received'));
    await Promise.resolve(); // `receive` has begun to wait
    const published = queue.publish([wakeUp('a')]);
    setImmediate(() => order.push('next tick'));
    await Promise.all([waiting, published, new Promise(setImmediate)]);
    expect(order).toEqual(['received', 'next tick']);
  });

  it('drops and counts what comes while it is full', async () => {
    const { queue, metrics } = create(2);
    await queue.publish([wakeUp('a'), wakeUp('b'), wakeUp('c')]);
    await queue.publishLater([wakeUp('d')], 1000);
    expect(metrics.total('broadcaster_wake_ups_dropped_total')).toBe(2);
    const received = await queue.receive(10, 0);
    expect(received.map((one) => one.wakeUp.ids)).toEqual([['a'], ['b']]);
    await queue.ack(received.map((one) => one.handle));
    await queue.publish([wakeUp('e')]);
    expect(await queue.receive(10, 0)).toHaveLength(1);
  });

  it('hands out what was delayed soon after the clock has been set back, not when it is that late again', async () => {
    const { queue, clock } = create();
    await queue.publishLater([wakeUp('a')], 1_000);
    clock.jumpTo(clock.now() - 3_600_000);
    expect(await queue.receive(1, 0)).toEqual([]);
    const waiting = queue.receive(1, 60_000);
    clock.advance(1_000);
    expect(await waiting).toHaveLength(1);
  });

  it('sets no timer while nobody waits, and leaves none behind', async () => {
    const { queue, clock } = create();
    await queue.publishLater([wakeUp('a')], 1000);
    expect(clock.pending).toBe(0);
    const waiting = queue.receive(1, 60_000);
    clock.advance(1000);
    await waiting;
    expect(clock.pending).toBe(0);
  });
});

describe('messages', () => {
  it('are at most 60 kB, however long the ids', () => {
    const ids = Array.from({ length: 500 }, (_, n) => `${n}-${'é'.repeat(200)}`);
    const messages = toMessages(wakeUp(...ids));
    expect(messages.length).toBeGreaterThan(1);
    for (const body of messages) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    expect(messages.flatMap((body) => (JSON.parse(body) as { ids: string[] }).ids)).toEqual(ids);
  });
});
