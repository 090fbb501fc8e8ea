import type { BulkJob, BulkJobDetail } from '../../../../application/ports/bulk-jobs.ts';
import { iso, isoOrNull } from './time.ts';

export const presentBulkRetry = (job: BulkJob) => ({
  id: job.id,
  state: job.state,
  total: job.total,
  retried: job.retried,
  skipped: job.skipped,
  failed: job.failed,
  createdAt: iso(job.createdAt),
  createdBy: job.createdBy,
  reason: job.reason,
  filter: job.filter,
  finishedAt: isoOrNull(job.finishedAt),
});

export const presentBulkRetryDetail = (job: BulkJobDetail) => ({
  ...presentBulkRetry(job),
  failures: job.failures,
  skips: job.skips,
});
