import type { Clock } from '../ports/clock.ts';
import type { DeadLetters } from '../ports/dead-letters.ts';
import type { Metrics } from '../ports/observability.ts';
import type { Outbox, OutboxMessage } from '../ports/outbox.ts';
import type { WakeUpQueue } from '../ports/wake-up-queue.ts';
import type { WakeUp } from '../change-set.ts';
import { letterOf } from './letter-of.ts';

export interface RelayParts {
  readonly outbox: Outbox;
  readonly queue: WakeUpQueue;
  readonly letters: DeadLetters;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

const BATCH = 100;

/**
 * Publishes what commits left in the outbox: at least once, since a row goes only after it was published. True while there may be more.
 */
export class RelayWakeUps {
  constructor(private readonly parts: RelayParts) {}

  async run(): Promise<boolean> {
    const messages = await this.parts.outbox.take(BATCH);
    if (messages.length === 0) return false;
    const wakeUps = messages.flatMap((message) => message.wakeUps);
    await this.publishWakeUps(wakeUps);
    await this.publishLetters(messages);
    await this.parts.outbox.done(messages.map((message) => message.sequence));
    const letters = messages.reduce((sum, message) => sum + message.letters.length, 0);
    if (wakeUps.length > 0)
      this.parts.metrics.count('broadcaster_outbox_published_total', wakeUps.length, { kind: 'wakeUp' });
    if (letters > 0) this.parts.metrics.count('broadcaster_outbox_published_total', letters, { kind: 'letter' });
    return messages.length === BATCH;
  }

  private async publishWakeUps(wakeUps: readonly WakeUp[]): Promise<void> {
    const now = this.parts.clock.now();
    const due = wakeUps.filter((wakeUp) => (wakeUp.notBefore ?? now) <= now);
    if (due.length > 0) await this.parts.queue.publish(due);
    const later = new Map<number, WakeUp[]>();
    for (const wakeUp of wakeUps) {
      const delayMs = (wakeUp.notBefore ?? now) - now;
      if (delayMs > 0) later.set(delayMs, [...(later.get(delayMs) ?? []), wakeUp]);
    }
    for (const [delayMs, items] of later) await this.parts.queue.publishLater(items, delayMs);
  }

  /** In the order of the commits, so that a retry's removal never comes before the letter. */
  private async publishLetters(messages: readonly OutboxMessage[]): Promise<void> {
    for (const { letters, at } of messages) {
      for (const change of letters) {
        if (change.kind === 'remove') await this.parts.letters.remove([change.transactionId]);
        else await this.parts.letters.put([letterOf(change.transactionId, change.code, at)]);
      }
    }
  }
}
