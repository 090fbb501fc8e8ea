import { afterEach, describe, expect, it } from 'vitest';
import { LaneConsumer, LINGER_MS } from '../../../../src/adapters/inbound/queue/lane-consumer.ts';
import { MemoryDeadLetters } from '../../../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import { MemoryWakeUpQueue } from '../../../../src/adapters/outbound/messaging/memory/wake-up-queue.ts';
import { RecordingLog } from '../../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { RecordingMetrics } from '../../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import type { ManualClock } from '../../../../src/adapters/outbound/system/manual-clock.ts';
import type { LeaseToken } from '../../../../src/application/change-set.ts';
import type { Leases } from '../../../../src/application/ports/leases.ts';
import { LONGEST_DELAY_MS, type WakeUpQueue } from '../../../../src/application/ports/wake-up-queue.ts';
import { laneLease, type BetweenRounds } from '../../../../src/application/use-cases/lane/run-lane.ts';
import { LEASE_MS } from '../../../../src/application/with-lease.ts';
import type { Address, Millis, SignerKey } from '../../../../src/domain/primitives.ts';
import { allHasRun, deferred, type Deferred } from '../../../support/deferred.ts';
import { fresh, memory } from '../../../support/storage.ts';
import { LANE } from '../../../support/stored.ts';
import { until } from '../../../support/until.ts';

const OTHER_LANE: SignerKey = { ...LANE, address: `0x${'ef'.repeat(20)}` as Address };

interface Round extends Deferred<Millis | null> {
  readonly key: SignerKey;
  readonly token: number;
  readonly stopping: () => boolean;
  readonly pause: (ms: number) => Promise<void>;
}

const newQueue = (clock: ManualClock): MemoryWakeUpQueue =>
  new MemoryWakeUpQueue({
    clock,
    timers: clock,
    metrics: new RecordingMetrics(),
    deadLetters: new MemoryDeadLetters(),
  });

describe('a consumer of wake-ups', () => {
  const storage = fresh(memory);
  const consumers: { readonly stop: () => Promise<void>; readonly rounds: Round[] }[] = [];
  afterEach(async () => {
    for (const { rounds, stop } of consumers.splice(0)) {
      for (const round of rounds) round.resolve(null);
      await stop();
    }
  });

  /** A consumer whose rounds the test ends, on a queue of its own. */
  function started(change: (parts: { leases: Leases; queue: WakeUpQueue }) => void = () => undefined) {
    const { clock, leases } = storage();
    const queue = newQueue(clock);
    const rounds: Round[] = [];
    const log = new RecordingLog();
    const run = (key: SignerKey, { token }: LeaseToken, between: BetweenRounds): Promise<Millis | null> => {
      const round = { ...deferred<Millis | null>(), key, token, ...between };
      rounds.push(round);
      return round.promise;
    };
    const parts = { leases, queue: queue as WakeUpQueue };
    change(parts);
    const consumer = new LaneConsumer({ ...parts, runLane: { run }, clock, timers: clock, log });
    consumer.start();
    const wake = async (signer = LANE): Promise<void> => {
      await queue.publish([{ signer, ids: [] }]);
      await allHasRun();
    };
    const end = async (dueAt: Millis | null = null): Promise<void> => {
      rounds.at(-1)?.resolve(dueAt);
      await allHasRun();
    };
    /** Long enough without a wake-up, a lane lets go of its lease. */
    const rest = async (): Promise<void> => {
      await allHasRun();
      storage().clock.advance(LINGER_MS);
      await allHasRun();
    };
    const one = { consumer, queue, rounds, log, wake, end, rest, stop: () => consumer.stop() };
    consumers.push(one);
    return one;
  }

  const waitingMessages = async (queue: MemoryWakeUpQueue): Promise<number> => {
    storage().clock.advance(LONGEST_DELAY_MS);
    return (await queue.receive(10, 0)).length;
  };

  it('a lane at rest is not woken, but by the time and by a stop', async () => {
    const { rounds, wake, end, stop } = started();
    await wake();
    const rested: string[] = [];
    void rounds[0]?.pause(1_000).then(() => rested.push('the time'));
    await wake();
    expect(rested).toEqual([]);
    storage().clock.advance(1_000);
    await allHasRun();
    void rounds[0]?.pause(1_000).then(() => rested.push('a stop'));
    await allHasRun();
    expect(rested).toEqual(['the time']);
    const stopped = stop();
    await end();
    await stopped;
    expect(rested).toEqual(['the time', 'a stop']);
  });

  it('runs the lane that a wake-up names, and acknowledges it', async () => {
    const { queue, rounds, wake, end, stop } = started();
    await wake();
    expect(rounds.map(({ key }) => key)).toEqual([LANE]);
    await end();
    await stop();
    expect(await waitingMessages(queue)).toBe(0);
  });

  it('runs lanes of several signers side by side, and one of a signer at a time', async () => {
    const { rounds, wake } = started();
    await wake();
    await wake(OTHER_LANE);
    await wake();
    await wake();
    expect(rounds.map(({ key }) => key)).toEqual([LANE, OTHER_LANE]);
  });

  it('looks once more for a wake-up that came while the lane ran, however many came', async () => {
    const { rounds, wake, end, queue, stop } = started();
    await wake();
    await wake();
    await wake();
    await end();
    expect(rounds).toHaveLength(2);
    await end();
    expect(rounds).toHaveLength(2);
    await stop();
    expect(await waitingMessages(queue)).toBe(0);
  });

  describe.each(['release', 'publishLater', 'ack'] as const)('a wake-up that comes during %s', (moment) => {
    it('starts another round', async () => {
      let pending = true;
      const { rounds, wake, end, rest } = started((parts) => {
        const { leases, queue } = parts;
        const during = async <Value>(of: Promise<Value>): Promise<Value> => {
          const value = await of;
          if (pending) {
            pending = false;
            await queue.publish([{ signer: LANE, ids: [] }]);
            await allHasRun();
          }
          return value;
        };
        if (moment === 'release')
          parts.leases = {
            acquire: (...of) => leases.acquire(...of),
            renew: (...of) => leases.renew(...of),
            release: (token) => during(leases.release(token)),
          };
        else
          parts.queue = {
            publish: (...of) => queue.publish(...of),
            receive: (...of) => queue.receive(...of),
            extend: (...of) => queue.extend(...of),
            giveBack: (...of) => queue.giveBack(...of),
            publishLater: (...of) =>
              moment === 'publishLater' ? during(queue.publishLater(...of)) : queue.publishLater(...of),
            ack: (...of) => (moment === 'ack' ? during(queue.ack(...of)) : queue.ack(...of)),
          };
      });
      await wake();
      await end(storage().clock.now() + 60_000);
      await rest();
      await until('another round', () => rounds[1]);
      expect(pending).toBe(false);
    });
  });

  it('lets one of two processes run a lane; the other marks it wanted, and the holder looks again', async () => {
    const [holder, other] = [started(), started()];
    await holder.wake();
    await other.wake();
    expect([holder.rounds.length, other.rounds.length]).toEqual([1, 0]);
    await holder.end();
    await holder.rest();
    expect([holder.rounds.length, other.rounds.length]).toEqual([2, 0]);
    await holder.end();
    await holder.rest();
    expect(holder.rounds).toHaveLength(2);
    await other.wake();
    expect(other.rounds).toHaveLength(1);
  });

  it('keeps its lease while wake-ups come, and lets go when none has come for a while', async () => {
    const { wake, end, rest, rounds } = started();
    const { leases, clock } = storage();
    const taken = async (): Promise<boolean> => {
      const token = await leases.acquire(laneLease(LANE), LEASE_MS);
      if (token !== null) await leases.release(token);
      return token === null;
    };
    await wake();
    await end();
    clock.advance(LINGER_MS - 1);
    await wake();
    expect(rounds).toHaveLength(2);
    await end();
    expect(await taken()).toBe(true);
    await rest();
    // It was wanted meanwhile, so it looked once more before it let go for good.
    await end();
    await rest();
    expect(await taken()).toBe(false);
  });

  it('takes its lease anew where that has ended while the machine slept: with the old one nothing would ever be written', async () => {
    const { wake, end, rounds } = started();
    const { clock, knex } = storage();
    await wake();
    await knex('leases').update({ expires_at: 0 });
    clock.advance(LEASE_MS); // a renewal is refused
    await allHasRun();
    await end(clock.now());
    await wake();
    await until('a round under a new lease', () => rounds[1]);
    expect(rounds.map(({ token }) => token)).toEqual([1, 2]);
  });

  it('marks the lane wanted again for a wake-up that came while it was finding out that the lane is taken', async () => {
    const { leases } = storage();
    const theirs = await leases.acquire(laneLease(LANE), LEASE_MS);
    const answer = deferred();
    let asked = 0;
    const { wake } = started((parts) => {
      parts.leases = {
        release: (token) => leases.release(token),
        renew: (...of) => leases.renew(...of),
        acquire: async (...of) => {
          const token = await leases.acquire(...of);
          if (asked++ === 0) await answer.promise;
          return token;
        },
      };
    });
    await wake();
    if (theirs === null) throw new Error('the lane was free');
    // The holder looks again for the first one, and takes the lane anew: the second one is not in what it sees.
    expect(await leases.release(theirs)).toEqual({ wanted: true });
    const again = await leases.acquire(laneLease(LANE), LEASE_MS);
    await wake();
    answer.resolve();
    await allHasRun();
    expect(asked).toBe(2);
    expect(again === null ? null : await leases.release(again)).toEqual({ wanted: true });
  });

  it('wakes the lane when its next row is due', async () => {
    const { rounds, wake, end } = started();
    const { clock } = storage();
    await wake();
    await end(clock.now() + 5_000);
    clock.advance(4_999);
    await allHasRun();
    expect(rounds).toHaveLength(1);
    clock.advance(1);
    await allHasRun();
    expect(rounds).toHaveLength(2);
  });

  it('waits a little before it looks again for what was due and was not done', async () => {
    const { rounds, wake, end } = started();
    const { clock } = storage();
    await wake();
    await end(clock.now() - 1);
    clock.advance(99);
    await allHasRun();
    expect(rounds).toHaveLength(1);
    clock.advance(1);
    await allHasRun();
    expect(rounds).toHaveLength(2);
  });

  it('looks again as often as it takes for what is due later than a queue can delay', async () => {
    const { rounds, wake, end } = started();
    const { clock } = storage();
    const dueAt = clock.now() + 2 * LONGEST_DELAY_MS;
    await wake();
    for (const looks of [2, 3]) {
      await end(dueAt);
      clock.advance(LONGEST_DELAY_MS);
      await until('the next look', () => rounds[looks - 1]);
      expect(rounds).toHaveLength(looks);
    }
  });

  it('sends one message for a signer, not one for each round; an earlier time is worth another', async () => {
    const { queue, wake, end, stop } = started();
    const { clock } = storage();
    for (const dueIn of [60_000, 60_000, 70_000, 10_000]) {
      await wake();
      await end(clock.now() + dueIn);
    }
    await stop();
    clock.advance(10_000);
    expect(await queue.receive(10, 0)).toHaveLength(1);
    clock.advance(50_000);
    expect(await queue.receive(10, 0)).toHaveLength(1);
    clock.advance(10_000);
    expect(await queue.receive(10, 0)).toHaveLength(0);
  });

  it('asks for a later wake-up again where the queue did not take the first', async () => {
    let fails = true;
    const { rounds, wake, end, log } = started((parts) => {
      const { queue } = parts;
      parts.queue = {
        publish: (...of) => queue.publish(...of),
        receive: (...of) => queue.receive(...of),
        extend: (...of) => queue.extend(...of),
        giveBack: (...of) => queue.giveBack(...of),
        ack: (...of) => queue.ack(...of),
        publishLater: (...of) => (fails ? Promise.reject(new Error('the queue is away')) : queue.publishLater(...of)),
      };
    });
    const { clock } = storage();
    await wake();
    await end(clock.now() + 5_000);
    expect(log.lines).toMatchObject([{ level: 'error' }]);
    fails = false;
    await wake();
    await end(clock.now() + 5_000);
    clock.advance(5_000);
    await allHasRun();
    expect(rounds).toHaveLength(3);
  });

  it('goes on after a lane that failed', async () => {
    const { rounds, wake, log } = started();
    await wake();
    rounds[0]?.reject(new Error('the database is away'));
    await allHasRun();
    expect(log.lines).toMatchObject([{ level: 'error' }]);
    await wake();
    expect(rounds).toHaveLength(2);
  });

  it('stops when the round in hand is done; its lease is free, and what was not begun comes again', async () => {
    const { queue, rounds, wake, end, stop } = started();
    await wake();
    await wake();
    let stopped = false;
    const stopping = stop().then(() => (stopped = true));
    await allHasRun();
    expect(stopped).toBe(false);
    expect(rounds[0]?.stopping()).toBe(true);
    await end();
    await stopping;
    expect(rounds).toHaveLength(1);
    expect(await storage().leases.acquire(laneLease(LANE), LEASE_MS)).not.toBeNull();
    await queue.publish([{ signer: OTHER_LANE, ids: [] }]);
    await allHasRun();
    expect(rounds).toHaveLength(1);
    expect(await waitingMessages(queue)).toBe(1);
  });

  it('reads the queue again after that was away, and can be stopped meanwhile', async () => {
    let fails = 1;
    const { rounds, wake, log, stop } = started((parts) => {
      const { queue } = parts;
      parts.queue = {
        publish: (...of) => queue.publish(...of),
        publishLater: (...of) => queue.publishLater(...of),
        extend: (...of) => queue.extend(...of),
        giveBack: (...of) => queue.giveBack(...of),
        ack: (...of) => queue.ack(...of),
        receive: (...of) => (fails-- > 0 ? Promise.reject(new Error('the queue is away')) : queue.receive(...of)),
      };
    });
    await allHasRun();
    expect(log.lines).toMatchObject([{ level: 'error' }]);
    await wake();
    const begin = performance.now();
    await stop();
    expect(performance.now() - begin).toBeLessThan(500);
    expect(rounds).toHaveLength(0);
  });
});
