import type { WakeUp } from '../change-set.ts';

/** The longest delay of a queue: what SQS takes. */
export const LONGEST_DELAY_MS = 900_000;

export interface ReceivedWakeUp {
  readonly handle: string;
  readonly wakeUp: WakeUp;
}

/**
 * Topic and queue in one door: at-least-once, unordered. A message that was received is invisible until it is acknowledged, given back
 * or its visibility timeout ends; after too many receives it goes to the dead letters.
 */
export interface WakeUpQueue {
  publish(wakeUps: readonly WakeUp[]): Promise<void>;
  /** Straight to the queue, visible after the delay. The queue cuts it to `LONGEST_DELAY_MS`, so whoever publishes need not. */
  publishLater(wakeUps: readonly WakeUp[], delayMs: number): Promise<void>;
  /** Waits up to `waitMs` for the first message; an empty list when none came. */
  receive(max: number, waitMs: number, signal?: AbortSignal): Promise<readonly ReceivedWakeUp[]>;
  ack(handles: readonly string[]): Promise<void>;
  /** Invisible for so long from now on. Like `giveBack` for whoever works from outside the process, in a later release. */
  extend(handles: readonly string[], ms: number): Promise<void>;
  /** Visible again at once. */
  giveBack(handles: readonly string[]): Promise<void>;
}
