import {
  LONGEST_DELAY_MS,
  type ReceivedWakeUp,
  type WakeUpQueue,
} from '../../../src/application/ports/wake-up-queue.ts';
import type { WakeUp } from '../../../src/application/change-set.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';

interface Message {
  readonly wakeUp: WakeUp;
  readonly visibleAt: number;
}

/** A queue out of which the simulation takes what it likes, in any order, twice or never. */
export class ChaosQueue implements WakeUpQueue {
  readonly #messages: Message[] = [];

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.#messages.length;
  }

  /** One of the visible messages; `keep`: it will come again. Null: none is visible. */
  take(choice: number, keep = false): WakeUp | null {
    const visible = this.#messages.filter((message) => message.visibleAt <= this.clock.now());
    const message = visible[choice % Math.max(visible.length, 1)];
    if (message === undefined) return null;
    if (!keep) this.#messages.splice(this.#messages.indexOf(message), 1);
    return message.wakeUp;
  }

  wipe(): void {
    this.#messages.length = 0;
  }

  async publish(wakeUps: readonly WakeUp[]): Promise<void> {
    await this.publishLater(wakeUps, 0);
  }

  async publishLater(wakeUps: readonly WakeUp[], delayMs: number): Promise<void> {
    const visibleAt = this.clock.now() + Math.min(delayMs, LONGEST_DELAY_MS);
    for (const wakeUp of wakeUps) this.#messages.push({ wakeUp, visibleAt });
  }

  async receive(): Promise<readonly ReceivedWakeUp[]> {
    throw new Error('the simulation takes messages one by one');
  }

  async ack(): Promise<void> {}
  async extend(): Promise<void> {}
  async giveBack(): Promise<void> {}
}
