import type { JobId, Millis, TransactionId } from '../../domain/primitives.ts';
import type { Page, PagePosition, TransactionFilter } from './views.ts';

/** A bulk retry, and how far it is. `total` = `retried` + `skipped` + `failed` + those that are pending. */
export interface BulkJob {
  readonly id: JobId;
  readonly state: 'running' | 'done';
  readonly createdAt: Millis;
  /** `user:NAME`. */
  readonly createdBy: string;
  readonly requestId: string | null;
  readonly reason: string;
  /** As it is shown; null: the transactions were named by their ids. */
  readonly filter: Readonly<Record<string, unknown>> | null;
  readonly total: number;
  readonly retried: number;
  /** There was nothing to retry when their turn came. */
  readonly skipped: number;
  /** A retry was refused. */
  readonly failed: number;
  readonly finishedAt: Millis | null;
}

/** Why one of a job was not retried; the code is that of the answer to a single retry, or `closed`, or `internal_error`. */
export interface NotRetried {
  readonly transactionId: TransactionId;
  readonly code: string;
  readonly message: string;
}

export interface BulkJobDetail extends BulkJob {
  /** The first hundred, in the order of the job. */
  readonly failures: readonly NotRetried[];
  readonly skips: readonly NotRetried[];
}

/** Reads of bulk jobs. They are written by the ledger, in the commit that does what a job says (`newJobs`, `jobItems`). */
export interface BulkJobs {
  /** Failures that are open and pass the filter, in the order of acceptance. */
  openFailures(filter: TransactionFilter, limit: number): Promise<readonly TransactionId[]>;
  /** The same ids in the order of acceptance; those that are not on record last, as they came. */
  inOrder(ids: readonly TransactionId[]): Promise<readonly TransactionId[]>;
  /** The oldest job that is not done. */
  running(): Promise<BulkJob | null>;
  /** What is left of a job, in its order. */
  pending(id: JobId, limit: number): Promise<readonly TransactionId[]>;
  one(id: JobId): Promise<BulkJobDetail | null>;
  /** Newest first. */
  page(limit: number, after: PagePosition | null): Promise<Page<BulkJob>>;
}
