import type { TransactionId } from '../../../domain/primitives.ts';
import type { ChangeSet, LeaseToken } from '../../change-set.ts';
import { decideAndCommit } from '../../decide-and-commit.ts';
import type { BulkJob, BulkJobs } from '../../ports/bulk-jobs.ts';
import type { Clock } from '../../ports/clock.ts';
import { LedgerUnavailable } from '../../ports/ledger-unavailable.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Log } from '../../ports/observability.ts';
import type { Views } from '../../ports/views.ts';
import { isRestored, type Work } from '../../ports/work.ts';
import { retryChanges } from '../retry/decide-retry.ts';
import { decideItem } from './decide-item.ts';

export interface RunBulkRetriesParts {
  readonly jobs: Pick<BulkJobs, 'running' | 'pending'>;
  readonly work: Pick<Work, 'transactions' | 'signers'>;
  readonly views: Pick<Views, 'many'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
}

/** `more`: there may be more to do; `nothing`: no job is open, or it waits; `lost`: the lease has passed on. */
export type BulkTurn = 'more' | 'nothing' | 'lost';

/** Rows of one commit: small, so that intake waits for none of them for long. */
const BATCH = 100;

/**
 * Goes on with the oldest open job, a batch at a time. A retry and the mark that it was done are one commit, so a process that dies
 * anywhere leaves each row either retried and marked or neither; and a row that fails again is not retried by the same job.
 */
export class RunBulkRetries {
  constructor(private readonly parts: RunBulkRetriesParts) {}

  async hasWork(): Promise<boolean> {
    return (await this.next()) !== null;
  }

  async turn(fence: LeaseToken): Promise<BulkTurn> {
    const job = await this.next();
    if (job === null) return 'nothing';
    try {
      return await this.batch(job, fence, () => this.parts.jobs.pending(job.id, BATCH));
    } catch (error) {
      if (error instanceof LedgerUnavailable) throw error;
      return this.oneByOne(job, fence);
    }
  }

  /**
   * Of a restored record none before a person has decided: the lost part may have gone on with the job, and what failed again in it was perhaps
   * settled in another way. All wait, since those behind have waited for these before.
   */
  private async next(): Promise<BulkJob | null> {
    const { jobs, work } = this.parts;
    const job = await jobs.running();
    if (job === null) return null;
    const items = await work.transactions(await jobs.pending(job.id, BATCH));
    for (const chainId of new Set([...items.values()].map((item) => item.chainId))) {
      const signers = new Map((await work.signers(chainId)).map((row) => [row.key.address, row]));
      for (const { signer } of items.values()) {
        const row = signers.get(signer);
        if (row !== undefined && isRestored(row)) return null;
      }
    }
    return job;
  }

  /** @param idsOf asked in each round anew */
  private async batch(
    job: BulkJob,
    fence: LeaseToken,
    idsOf: () => Promise<readonly TransactionId[]>,
  ): Promise<BulkTurn> {
    const { ledger, log } = this.parts;
    let items = 0;
    const outcome = await decideAndCommit(ledger, async () => {
      const ids = await idsOf();
      items = ids.length;
      return items === 0 ? null : this.changes(job, ids, fence);
    });
    switch (outcome.kind) {
      case 'committed':
        log.info({ job: job.id, items }, 'went on with a bulk retry');
        return 'more';
      case 'nothing':
        return 'more';
      case 'conflict':
        return outcome.reason === 'fence' ? 'lost' : 'more';
    }
  }

  private async changes(job: BulkJob, ids: readonly TransactionId[], fence: LeaseToken): Promise<ChangeSet> {
    const { work, views, clock } = this.parts;
    const now = clock.now();
    const transactions = await work.transactions(ids);
    // After the states: whatever changed in between conflicts.
    const shown = new Map((await views.many(ids)).map((view) => [view.id, view]));
    const decided = ids.map((id) => decideItem(job, id, transactions.get(id), shown.get(id), now));
    const actor = { name: job.createdBy, requestId: job.requestId };
    return {
      ...retryChanges(
        decided.flatMap(({ retry }) => retry ?? []),
        actor,
        now,
      ),
      jobItems: decided.map(({ item }) => item),
      fence,
    };
  }

  /** Something about one of them breaks the whole batch, as an envelope that does not open: that one alone is given up. A contested one is left for the next turn. */
  private async oneByOne(job: BulkJob, fence: LeaseToken): Promise<BulkTurn> {
    const { jobs, clock, ledger, log } = this.parts;
    for (const transactionId of await jobs.pending(job.id, BATCH)) {
      try {
        if ((await this.batch(job, fence, async () => [transactionId])) === 'lost') return 'lost';
      } catch (error) {
        if (error instanceof LedgerUnavailable) throw error;
        log.error({ job: job.id, transactionId, error }, 'a bulk retry gave one transaction up');
        const why = { code: 'internal_error', message: 'it cannot be read; the log says why' };
        const jobItems = [{ jobId: job.id, transactionId, outcome: 'failed', why }] as const;
        await ledger.commit({ step: 'retry', at: clock.now(), jobItems, fence });
      }
    }
    return 'more';
  }
}
