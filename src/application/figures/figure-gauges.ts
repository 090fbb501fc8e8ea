import { isFresh } from '../is-fresh.ts';
import type { Clock } from '../ports/clock.ts';
import type { Figures, Standing } from '../ports/figures.ts';
import type { Metrics } from '../ports/observability.ts';
import type { Timers } from '../ports/timers.ts';
import { within } from '../within.ts';
import type { Millis } from '../../domain/primitives.ts';
import { FAILURE_CODES } from '../../domain/transaction/failure.ts';
import { STATUSES } from '../../domain/transaction/transaction.ts';

export interface FigureGaugesParts {
  readonly figures: Pick<Figures, 'standing'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** However many scrapers there are, the database is asked no more often. */
const FRESH_MS = 2_000;
const LIMIT_MS = 2_000;

/**
 * Tells the figures of the record when somebody is about to read them. A database that is away, or hangs, keeps nobody from the other
 * figures: these keep their values then, and the time of their reading says how old they are.
 */
export class FigureGauges {
  private readAt: Millis | null = null;
  private reading: Promise<void> | null = null;

  constructor(private readonly parts: FigureGaugesParts) {}

  /** Never rejected. */
  async refresh(): Promise<void> {
    const { clock, timers } = this.parts;
    if (this.readAt !== null && isFresh(this.readAt, clock.now(), FRESH_MS)) return;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    await within(timers, LIMIT_MS, this.reading, () => undefined);
  }

  private async read(): Promise<void> {
    const { figures, clock } = this.parts;
    try {
      const standing = await figures.standing();
      this.readAt = clock.now();
      this.tell(standing, this.readAt);
    } catch {
      // Counted where it happened (metered-reads.ts).
    }
  }

  private tell({ chains, oldestQueuedAt, outbox }: Standing, now: Millis): void {
    const { metrics } = this.parts;
    const age = (at: Millis | null): number => (at === null ? 0 : Math.max(0, now - at) / 1_000);
    for (const { chainId, signers, openFailures } of chains) {
      const chain = String(chainId);
      for (const status of STATUSES) {
        const count = [...signers.values()].reduce((sum, counts) => sum + counts[status], 0);
        metrics.gauge('broadcaster_transactions', count, { chain, status });
      }
      for (const code of FAILURE_CODES) metrics.gauge('broadcaster_open_failures', openFailures[code], { chain, code });
    }
    metrics.gauge('broadcaster_oldest_queued_age_seconds', age(oldestQueuedAt));
    metrics.gauge('broadcaster_outbox_messages', outbox.count);
    metrics.gauge('broadcaster_outbox_oldest_age_seconds', age(outbox.oldestAt));
    metrics.gauge('broadcaster_figures_read_timestamp_seconds', now / 1_000);
  }
}
