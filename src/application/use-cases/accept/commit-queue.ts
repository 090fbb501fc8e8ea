import type { NewTransaction } from '../../change-set.ts';
import { LedgerUnavailable } from '../../ports/ledger-unavailable.ts';
import type { AcceptResult } from '../inbound.ts';
import type { IntakePressure } from './intake-pressure.ts';

interface Waiting {
  readonly items: readonly NewTransaction[];
  resolve(results: readonly AcceptResult[]): void;
  reject(error: unknown): void;
}

/** Items of one commit: larger ones only make everybody wait longer. */
const LARGEST_COMMIT = 2_000;
/** Beyond this the database is too slow for what comes in, and memory would be the queue: intake says so. */
const LONGEST_QUEUE = 20_000;

/** One commit at a time: calls that come while it is under way share the next one, and its fsync. */
export class CommitQueue {
  private readonly queue: Waiting[] = [];
  private queued = 0;
  private committing = false;
  private closed = false;

  /** @param commit gives a result for each item, in order */
  constructor(
    private readonly commit: (items: readonly NewTransaction[]) => Promise<readonly AcceptResult[]>,
    private readonly pressure: Pick<IntakePressure, 'note'>,
  ) {}

  /** Takes nothing any more; what is in hand is still recorded. */
  close(): void {
    this.closed = true;
  }

  /** @throws LedgerUnavailable where it is closed or full, and whatever the commit throws */
  record(items: readonly NewTransaction[]): Promise<readonly AcceptResult[]> {
    if (this.closed) return Promise.reject(new LedgerUnavailable('this process is stopping'));
    if (this.queued + items.length > LONGEST_QUEUE) {
      return Promise.reject(new LedgerUnavailable('more is coming in than the database takes'));
    }
    this.queued += items.length;
    return new Promise((resolve, reject) => {
      this.queue.push({ items, resolve, reject });
      if (!this.committing) void this.commitQueued();
    });
  }

  private async commitQueued(): Promise<void> {
    this.committing = true;
    for (;;) {
      // A database in this process takes the thread until its commit is durable: whoever waits on a socket by now is let in before.
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.nextGroup();
      if (group.length === 0) break;
      this.pressure.note(group.length);
      const items = group.flatMap((waiting) => waiting.items);
      try {
        const results = await this.commit(items);
        let at = 0;
        for (const waiting of group) waiting.resolve(results.slice(at, (at += waiting.items.length)));
      } catch (error) {
        for (const waiting of group) waiting.reject(error);
      }
      this.queued -= items.length;
    }
    this.committing = false;
  }

  private nextGroup(): readonly Waiting[] {
    let size = 0;
    let count = 0;
    for (const { items } of this.queue) {
      if (count > 0 && size + items.length > LARGEST_COMMIT) break;
      size += items.length;
      count++;
    }
    return this.queue.splice(0, count);
  }
}
