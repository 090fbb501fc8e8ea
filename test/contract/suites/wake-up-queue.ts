import { describe, expect, it } from 'vitest';
import type { WakeUp } from '../../../src/application/change-set.ts';
import type { DeadLetters, Letter } from '../../../src/application/ports/dead-letters.ts';
import {
  LONGEST_DELAY_MS,
  type ReceivedWakeUp,
  type WakeUpQueue,
} from '../../../src/application/ports/wake-up-queue.ts';
import type { Address, ChainId, TransactionId } from '../../../src/domain/primitives.ts';

/** A queue of its own for each test, with the dead letters behind it. */
export interface QueueUnderTest {
  readonly queue: WakeUpQueue;
  readonly deadLetters: DeadLetters;
  /** Puts a message on the queue as it is. */
  readonly sendRaw: (bodies: readonly string[]) => Promise<void>;
  /** Lets the queue's time pass. */
  readonly advance: (ms: number) => Promise<void>;
}

export interface QueueCapabilities {
  /** Messages come in the order of their sending as long as none is given back. */
  readonly ordered: boolean;
  /** How the queue under test is set up. */
  readonly visibilityTimeoutMs: number;
  readonly maxReceives: number;
}

const signer = (digit: string) => ({ chainId: 31337 as ChainId, address: `0x${digit.repeat(40)}` as Address });
const id = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as TransactionId;
const wakeUp = (...numbers: readonly number[]): WakeUp => ({ signer: signer('a'), ids: numbers.map(id) });

/** What every WakeUpQueue does. */
export function wakeUpQueueSuite(create: () => Promise<QueueUnderTest>, capabilities: QueueCapabilities): void {
  const { visibilityTimeoutMs, maxReceives } = capabilities;
  const WAIT_MS = visibilityTimeoutMs / 2;
  const now = (queue: WakeUpQueue, max = 10) => queue.receive(max, 0);
  const only = (received: readonly ReceivedWakeUp[]): ReceivedWakeUp => {
    expect(received).toHaveLength(1);
    return received[0] as ReceivedWakeUp;
  };
  const handlesOf = (received: readonly ReceivedWakeUp[]) => received.map(({ handle }) => handle);
  /** Takes until nothing comes: a queue may hand out less than it is asked for. */
  const drain = async (queue: WakeUpQueue): Promise<readonly ReceivedWakeUp[]> => {
    const all: ReceivedWakeUp[] = [];
    for (let received = await now(queue); received.length > 0; received = await now(queue)) all.push(...received);
    return all;
  };

  describe('as a queue of wake-ups', () => {
    it('hands out what was published, whole', async () => {
      const { queue } = await create();
      const sent: readonly WakeUp[] = [
        { signer: signer('1'), ids: [id(1), id(2)] },
        { signer: signer('2'), ids: [], notBefore: 1_700_000_000_000 },
      ];
      await queue.publish(sent);
      const received = await drain(queue);
      expect(received.map((one) => one.wakeUp)).toEqual(
        capabilities.ordered ? sent : expect.arrayContaining([...sent]),
      );
      expect(new Set(handlesOf(received)).size).toBe(2);
    });

    it('keeps the order of sending', async ({ skip }) => {
      skip(!capabilities.ordered);
      const { queue } = await create();
      await queue.publish([wakeUp(1), wakeUp(2)]);
      await queue.publish([wakeUp(3)]);
      expect((await drain(queue)).map((one) => one.wakeUp.ids[0])).toEqual([id(1), id(2), id(3)]);
    });

    it('hands out no more than it is asked for', async () => {
      const { queue } = await create();
      await queue.publish([wakeUp(1), wakeUp(2), wakeUp(3)]);
      expect((await now(queue, 2)).length).toBeLessThanOrEqual(2);
    });

    it('splits what is too much for a message, and loses no id', async () => {
      const { queue } = await create();
      const ids = Array.from({ length: 1201 }, (_, n) => id(n));
      await queue.publish([{ signer: signer('a'), ids, notBefore: 5 }]);
      const received = await drain(queue);
      expect(received.length).toBeGreaterThanOrEqual(3);
      for (const one of received) {
        expect(one.wakeUp.ids.length).toBeLessThanOrEqual(500);
        expect(one.wakeUp).toMatchObject({ signer: signer('a'), notBefore: 5 });
      }
      expect(received.flatMap((one) => one.wakeUp.ids).sort()).toEqual(ids);
    });

    it('takes nothing for nothing', async () => {
      const { queue } = await create();
      await queue.publish([]);
      await queue.publishLater([], 1000);
      await queue.ack([]);
      await queue.extend([], 1000);
      await queue.giveBack([]);
      expect(await now(queue)).toEqual([]);
    });
  });

  describe('waiting', () => {
    it('ends with the first message', async () => {
      const { queue } = await create();
      const waiting = queue.receive(10, WAIT_MS);
      await queue.publish([wakeUp(1)]);
      expect(only(await waiting).wakeUp).toEqual(wakeUp(1));
    });

    it('ends with nothing when the time is over', async () => {
      const { queue, advance } = await create();
      const waiting = queue.receive(10, WAIT_MS);
      await advance(WAIT_MS);
      expect(await waiting).toEqual([]);
    });

    it('ends at once when it is called off, and takes no message with it', async () => {
      const { queue } = await create();
      const controller = new AbortController();
      const waiting = queue.receive(10, WAIT_MS, controller.signal);
      controller.abort();
      expect(await waiting).toEqual([]);
      expect(await queue.receive(10, WAIT_MS, controller.signal)).toEqual([]);
      await queue.publish([wakeUp(1)]);
      only(await now(queue));
    });

    it('gives one message to one of those who wait', async () => {
      const { queue, advance } = await create();
      const waiting = [queue.receive(1, WAIT_MS), queue.receive(1, WAIT_MS), queue.receive(1, WAIT_MS)];
      await queue.publish([wakeUp(1), wakeUp(2)]);
      await advance(WAIT_MS);
      const received = (await Promise.all(waiting)).flat();
      expect(received.map((one) => one.wakeUp.ids[0]).sort()).toEqual([id(1), id(2)]);
    });
  });

  describe('a delay', () => {
    it('hides a message until it is over, and wakes whoever waits then', async () => {
      const { queue, advance } = await create();
      await queue.publishLater([wakeUp(1)], 5000);
      await advance(4000);
      expect(await now(queue)).toEqual([]);
      const waiting = queue.receive(10, WAIT_MS);
      await advance(1000);
      expect(only(await waiting)).toMatchObject({ wakeUp: wakeUp(1) });
    });

    it('of nothing is none', async () => {
      const { queue } = await create();
      await queue.publishLater([wakeUp(1)], 0);
      only(await now(queue));
    });

    it('is cut to 15 minutes', async () => {
      const { queue, advance } = await create();
      await queue.publishLater([wakeUp(1)], 86_400_000);
      await advance(LONGEST_DELAY_MS - 1000);
      expect(await now(queue)).toEqual([]);
      await advance(1000);
      only(await now(queue));
    });
  });

  describe('a message in hand', () => {
    it('is nobody else’s, and gone once it is acknowledged', async () => {
      const { queue, advance } = await create();
      await queue.publish([wakeUp(1)]);
      const received = only(await now(queue));
      expect(await now(queue)).toEqual([]);
      await queue.ack([received.handle]);
      await advance(visibilityTimeoutMs * 2);
      expect(await now(queue)).toEqual([]);
    });

    it('comes again when its time is over', async () => {
      const { queue, advance } = await create();
      await queue.publish([wakeUp(1)]);
      await now(queue);
      await advance(visibilityTimeoutMs - 1000);
      expect(await now(queue)).toEqual([]);
      const waiting = queue.receive(10, WAIT_MS);
      await advance(1000);
      expect(only(await waiting)).toMatchObject({ wakeUp: wakeUp(1) });
    });

    it('may be kept longer', async () => {
      const { queue, advance } = await create();
      await queue.publish([wakeUp(1)]);
      const { handle } = only(await now(queue));
      await advance(visibilityTimeoutMs - 1000);
      await queue.extend([handle], visibilityTimeoutMs);
      await advance(visibilityTimeoutMs - 1000);
      expect(await now(queue)).toEqual([]);
      await advance(1000);
      only(await now(queue));
    });

    it('is there at once when it is given back', async () => {
      const { queue } = await create();
      await queue.publish([wakeUp(1)]);
      const { handle } = only(await now(queue));
      const waiting = queue.receive(10, WAIT_MS);
      await queue.giveBack([handle]);
      only(await waiting);
    });

    it('lets unknown and old handles pass', async () => {
      const { queue, advance } = await create();
      await queue.publish([wakeUp(1)]);
      const { handle } = only(await now(queue));
      await queue.ack([handle]);
      for (const change of [queue.ack([handle]), queue.giveBack([handle]), queue.extend([handle], 1000)]) await change;
      await advance(visibilityTimeoutMs);
      expect(await now(queue)).toEqual([]);
    });
  });

  describe('what nobody can handle', () => {
    it('goes to the dead letters after too many receives', async () => {
      const { queue, deadLetters, advance } = await create();
      await queue.publish([wakeUp(1)]);
      for (let receive = 1; receive <= maxReceives; receive++) {
        only(await now(queue));
        await advance(visibilityTimeoutMs);
      }
      expect(await now(queue)).toEqual([]);
      const letters = await deadLetters.page(10);
      expect(letters).toHaveLength(1);
      const [letter] = letters as [Letter & { kind: 'malformed' }];
      expect(letter).toMatchObject({ v: 1, kind: 'malformed' });
      expect(JSON.parse(letter.body)).toMatchObject({ v: 1, ids: [id(1)] });
    });

    it('goes there at once where it cannot be read, and holds up nothing', async () => {
      const { queue, deadLetters, sendRaw, advance } = await create();
      const good = { v: 1, chain: 31337, signer: signer('a').address, ids: [id(1)] };
      const bodies = [
        '',
        'null',
        '{"v":1',
        ...[{ v: 2 }, { chain: '1' }, { signer: 'me' }, { ids: id(1) }, { ids: [1] }].map((change) =>
          JSON.stringify({ ...good, ...change }),
        ),
      ];
      const waiting = queue.receive(10, WAIT_MS);
      await sendRaw(bodies.filter((body) => body !== '')); // SQS takes no empty one
      await queue.publish([wakeUp(7)]);
      expect(only(await waiting).wakeUp).toEqual(wakeUp(7));
      expect(await drain(queue)).toEqual([]);
      await advance(visibilityTimeoutMs);
      expect(only(await now(queue)).wakeUp).toEqual(wakeUp(7));
      const letters = await deadLetters.page(10);
      expect(letters.map((letter) => letter.kind === 'malformed' && letter.body).sort()).toEqual(
        bodies.slice(1).sort(),
      );
    });

    it('is not what a later version adds', async () => {
      const { queue, sendRaw } = await create();
      await sendRaw([JSON.stringify({ v: 1, chain: 31337, signer: signer('a').address, ids: [id(1)], new: true })]);
      expect(only(await now(queue)).wakeUp).toEqual(wakeUp(1));
    });
  });
}
