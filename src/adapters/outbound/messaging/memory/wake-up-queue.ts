import type { WakeUp } from '../../../../application/change-set.ts';
import type { Clock } from '../../../../application/ports/clock.ts';
import type { DeadLetters } from '../../../../application/ports/dead-letters.ts';
import type { Metrics } from '../../../../application/ports/observability.ts';
import type { Timers } from '../../../../application/ports/timers.ts';
import {
  LONGEST_DELAY_MS,
  type ReceivedWakeUp,
  type WakeUpQueue,
} from '../../../../application/ports/wake-up-queue.ts';
import { fromMessage, toMessages } from '../wake-up-message.ts';
import { MessageQueue, type QueueLimits, type Received } from './message-queue.ts';

/** As the queue on AWS is set up. Far more messages than lanes: each lane needs one to find all its work. */
const DEFAULT_LIMITS: QueueLimits = { visibilityTimeoutMs: 180_000, maxReceives: 5, capacity: 10_000 };

export interface MemoryWakeUpQueueParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly metrics: Metrics;
  readonly deadLetters: DeadLetters;
}

/**
 * Topic and queue in the process. Messages go through the same text as on AWS. Where it is full, new ones are dropped and counted: the
 * sweeper finds the work again.
 */
export class MemoryWakeUpQueue implements WakeUpQueue {
  readonly #parts: MemoryWakeUpQueueParts;
  readonly #queue: MessageQueue;

  constructor(parts: MemoryWakeUpQueueParts, limits: Partial<QueueLimits> = {}) {
    this.#parts = parts;
    const onDead = (body: string) => this.#bury(body);
    this.#queue = new MessageQueue({ ...DEFAULT_LIMITS, ...limits, clock: parts.clock, timers: parts.timers, onDead });
  }

  async publish(wakeUps: readonly WakeUp[]): Promise<void> {
    this.sendRaw(wakeUps.flatMap(toMessages));
  }

  async publishLater(wakeUps: readonly WakeUp[], delayMs: number): Promise<void> {
    this.sendRaw(wakeUps.flatMap(toMessages), Math.min(delayMs, LONGEST_DELAY_MS));
  }

  /** Messages as they are, whoever wrote them. */
  sendRaw(bodies: readonly string[], delayMs = 0): void {
    const dropped = this.#queue.send(bodies, delayMs);
    if (dropped > 0) this.#parts.metrics.count('broadcaster_wake_ups_dropped_total', dropped);
    this.#parts.metrics.gauge('broadcaster_wake_up_queue_messages', this.#queue.size);
  }

  async receive(max: number, waitMs: number, signal?: AbortSignal): Promise<readonly ReceivedWakeUp[]> {
    const deadline = this.#parts.clock.now() + waitMs;
    for (;;) {
      const received = await this.#queue.receive(max, deadline - this.#parts.clock.now(), signal);
      const readable = received.flatMap((one) => this.#read(one));
      if (readable.length > 0 || received.length === 0) return readable;
    }
  }

  async ack(handles: readonly string[]): Promise<void> {
    this.#queue.remove(handles);
    this.#parts.metrics.gauge('broadcaster_wake_up_queue_messages', this.#queue.size);
  }

  async extend(handles: readonly string[], ms: number): Promise<void> {
    this.#queue.changeVisibility(handles, ms);
  }

  async giveBack(handles: readonly string[]): Promise<void> {
    this.#queue.changeVisibility(handles, 0);
  }

  #read({ handle, body }: Received): readonly ReceivedWakeUp[] {
    const wakeUp = fromMessage(body);
    if (wakeUp !== null) return [{ handle, wakeUp }];
    this.#queue.remove([handle]);
    this.#bury(body);
    return [];
  }

  /** Nobody waits for it: what goes wrong with a letter is the dead letters' own affair, and the message is gone either way. */
  #bury(body: string): void {
    this.#parts.metrics.count('broadcaster_wake_ups_dead_total', 1);
    const at = new Date(this.#parts.clock.now()).toISOString();
    void this.#parts.deadLetters.put([{ v: 1, kind: 'malformed', body, at }]).catch(() => undefined);
  }
}
