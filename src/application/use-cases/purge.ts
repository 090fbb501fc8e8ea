import type { Millis } from '../../domain/primitives.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { PURGE_KINDS, type PurgeKind, type PurgePage, type PurgedPage, type Retention } from '../ports/retention.ts';

export interface PurgeParts {
  readonly retention: Retention;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Lets whoever else writes have their turn. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface PurgeCommand {
  readonly olderThanMs: Millis;
  /** Rows in one commit. */
  readonly batch: number;
  readonly dryRun: boolean;
  readonly actor: string;
  /** Ends it between two commits; what is left is for the next one. */
  readonly stopping: AbortSignal;
}

type PurgeCounts = Readonly<Record<PurgeKind, number>>;

export interface Purged {
  readonly before: Millis;
  readonly counts: PurgeCounts;
  readonly finished: boolean;
}

const LEAST_PAUSE_MS = 25;

/**
 * Forgets what is over and older than a time, batch by batch, beside a server that goes on: after each commit the database is free for as long
 * as that commit took it. Cut off anywhere, it is begun anew. What was forgotten is on record in the audit log, by a note before the first
 * commit and one after the last.
 */
export class Purge {
  constructor(private readonly parts: PurgeParts) {}

  async run(command: PurgeCommand): Promise<Purged> {
    const before = this.parts.clock.now() - command.olderThanMs;
    if (command.dryRun) return this.walk(command, before, (page) => this.parts.retention.count(page));
    await this.note('purge_begin', command, { olderThan: iso(before) });
    let done: Purged | null = null;
    const counts = emptyCounts();
    try {
      done = await this.walk(command, before, (page) => this.parts.retention.forget(page), counts);
      return done;
    } finally {
      await this.note('purge', command, { olderThan: iso(before), ...counts, finished: done?.finished ?? false });
    }
  }

  private async walk(
    { batch, stopping }: PurgeCommand,
    before: Millis,
    step: (page: PurgePage) => Promise<PurgedPage>,
    counts: Record<PurgeKind, number> = emptyCounts(),
  ): Promise<Purged> {
    for (const kind of PURGE_KINDS) {
      for (let after: PurgePage['after'] = null; ;) {
        if (stopping.aborted) return { before, counts, finished: false };
        const begun = this.parts.clock.now();
        const page = await step({ kind, before, after, limit: batch });
        counts[kind] += page.forgotten;
        if (page.next === null) break;
        after = page.next;
        await this.parts.pause(Math.max(LEAST_PAUSE_MS, this.parts.clock.now() - begun));
      }
    }
    return { before, counts, finished: true };
  }

  private async note(action: string, { actor }: PurgeCommand, detail: Record<string, unknown>): Promise<void> {
    const entry = { actor, action, transactionId: null, reason: null, detail, requestId: null };
    await this.parts.ledger.commit({ step: 'purge', at: this.parts.clock.now(), audit: [entry] });
  }
}

const iso = (at: Millis): string => new Date(at).toISOString();
const emptyCounts = (): Record<PurgeKind, number> =>
  Object.fromEntries(PURGE_KINDS.map((kind) => [kind, 0])) as Record<PurgeKind, number>;
