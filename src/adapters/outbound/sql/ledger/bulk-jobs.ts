import type { ChangeSet, JobItem, NewJob } from '../../../../application/change-set.ts';
import type { HolderId, JobId } from '../../../../domain/primitives.ts';
import { jobPlace, json, utf8 } from '../content.ts';
import type { Columns, Row } from '../dialect/dialect.ts';
import { ConflictSignal } from './conflict-signal.ts';
import type { Sealing } from './sealing.ts';
import { part, type Writing } from './writing.ts';

const JOB = {
  id: 'text',
  version: 'integer',
  kind: 'text',
  state: 'text',
  created_by: 'text',
  request_id: 'text',
  reason: 'blob',
  filter: 'blob',
  total: 'integer',
  retried: 'integer',
  skipped: 'integer',
  failed: 'integer',
  created_at: 'integer',
  finished_at: 'integer',
} as const satisfies Columns;
const NEW_ITEM = {
  job_id: 'text',
  transaction_id: 'text',
  position: 'integer',
  outcome: 'text',
} as const satisfies Columns;

/** A job with all that it is to do. */
export const newJobs = part({
  prepare: (changes, sealing) => {
    const jobs = changes.newJobs ?? [];
    if (jobs.length === 0) return null;
    const items = jobs.flatMap(({ id, transactionIds }) =>
      transactionIds.map((transactionId, position): Row => ({
        job_id: id,
        transaction_id: transactionId,
        position,
        outcome: 'pending',
      })),
    );
    return { rows: jobs.map((job) => jobRow(job, changes, sealing)), items };
  },
  write: async (writing, { rows, items }) => {
    await writing.insert('bulk_jobs', JOB, rows);
    await writing.insert('bulk_job_items', NEW_ITEM, items);
  },
});

function jobRow(job: NewJob, changes: ChangeSet, sealing: Sealing): Row {
  const nothing = job.transactionIds.length === 0;
  const row: Row = {
    id: job.id,
    version: 1,
    kind: 'retry',
    state: nothing ? 'done' : 'running',
    created_by: job.createdBy,
    request_id: job.requestId,
    reason: null,
    filter: null,
    total: job.transactionIds.length,
    retried: 0,
    skipped: 0,
    failed: 0,
    created_at: changes.at,
    finished_at: nothing ? changes.at : null,
  };
  sealing.add(jobPlace('reason', job.id), utf8(job.reason), (sealed) => {
    row['reason'] = sealed;
  });
  sealing.add(jobPlace('filter', job.id), job.filter && json(job.filter), (sealed) => {
    row['filter'] = sealed;
  });
  return row;
}

const ITEM_KEYS = { job_id: 'text', transaction_id: 'text' } as const satisfies Columns;
const ITEM_SETS = { outcome: 'text', code: 'text', message: 'text' } as const satisfies Columns;

/** What became of items, their job's count, and its end with the last of them. */
export const jobItems = part({
  prepare: ({ jobItems: items = [], at }) => (items.length === 0 ? null : { items, at }),
  write: async (writing, { items, at }) => {
    const update = { table: 'bulk_job_items', keys: ITEM_KEYS, sets: ITEM_SETS, where: "outcome = 'pending'" } as const;
    const done = await writing.update(update, items.map(itemRow));
    if (done.length > 0)
      throw new ConflictSignal(
        'version',
        done.map((row) => row['transaction_id'] as HolderId),
      );
    const jobIds = new Set(items.map(({ jobId }) => jobId));
    for (const id of jobIds) {
      const own = items.filter(({ jobId }) => jobId === id);
      await count(writing, id, own, at);
    }
  },
});

const itemRow = ({ jobId, transactionId, outcome, why }: JobItem): Row => ({
  job_id: jobId,
  transaction_id: transactionId,
  outcome,
  code: why?.code ?? null,
  message: why?.message ?? null,
});

const JOB_KEYS = { id: 'text', version: 'integer' } as const satisfies Columns;
const COUNTED = {
  state: 'text',
  retried: 'integer',
  skipped: 'integer',
  failed: 'integer',
  finished_at: 'integer',
} as const satisfies Columns;

/** Of two that count at one time, one is refused. */
async function count(writing: Writing, jobId: JobId, items: readonly JobItem[], at: number): Promise<void> {
  const columns = 'j.version, j.total, j.retried, j.skipped, j.failed';
  const [job] = await writing.join(columns, { id: 'text' }, 'bulk_jobs j ON j.id = r.id', [{ id: jobId }]);
  if (job === undefined) throw new ConflictSignal('version');
  const more = (outcome: JobItem['outcome']): number =>
    (job[outcome] as number) + items.filter((item) => item.outcome === outcome).length;
  const [retried, skipped, failed] = [more('retried'), more('skipped'), more('failed')];
  const done = retried + skipped + failed === job['total'];
  const row: Row = {
    id: jobId,
    version: job['version'] as number,
    state: done ? 'done' : 'running',
    ...{ retried, skipped, failed },
    finished_at: done ? at : null,
  };
  const update = { table: 'bulk_jobs', keys: JOB_KEYS, sets: COUNTED, also: ['version = version + 1'] } as const;
  if ((await writing.update(update, [row])).length > 0) throw new ConflictSignal('version');
}
