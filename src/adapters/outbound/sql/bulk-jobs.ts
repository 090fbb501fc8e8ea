import type { Knex } from 'knex';
import type { BulkJob, BulkJobs, NotRetried } from '../../../application/ports/bulk-jobs.ts';
import type { FieldCipher } from '../../../application/ports/field-cipher.ts';
import type { Page, PagePosition, TransactionFilter } from '../../../application/ports/views.ts';
import type { JobId, TransactionId } from '../../../domain/primitives.ts';
import { jobPlace } from './content.ts';
import type { Dialect } from './dialect/dialect.ts';
import { narrow, type Condition } from './reads/filter.ts';
import { openObjects, openTexts } from './reads/open-all.ts';
import { Reading, type Raw } from './reads/reading.ts';

const SHOWN = 100;

interface Place {
  readonly id: TransactionId;
  readonly created_at: number;
}

/** Bulk jobs as they are read; the ledger writes them. */
export class SqlBulkJobs implements BulkJobs {
  private readonly reading: Reading;

  constructor(
    private readonly knex: Knex,
    dialect: Dialect,
    private readonly cipher: FieldCipher,
  ) {
    this.reading = new Reading(knex, dialect, cipher);
  }

  openFailures: BulkJobs['openFailures'] = (filter, limit) =>
    this.reading.ask(() => this.oldestOf({ ...filter, statuses: ['failed'], closed: false }, limit));

  private async oldestOf(filter: TransactionFilter, limit: number): Promise<readonly TransactionId[]> {
    const { all, alternatives } = await narrow(filter, this.cipher);
    const oldest = (alternative: Condition): Promise<Place[]> => {
      const query = this.knex('transactions as t');
      for (const condition of [...all, alternative]) condition(query);
      return query.orderBy(['t.created_at', 't.id']).limit(limit).select<Place[]>('t.id', 't.created_at');
    };
    const found = await Promise.all(alternatives.map(oldest));
    const places = new Map(found.flat().map((place) => [place.id, place]));
    return [...places.values()]
      .sort(oldestFirst)
      .slice(0, limit)
      .map(({ id }) => id);
  }

  inOrder: BulkJobs['inOrder'] = (ids) =>
    this.reading.ask(async () => {
      const rows = await this.reading.joinIds(['t.id', 't.created_at'], 'transactions t ON t.id = w.id', ids);
      const known = (rows as unknown as Place[]).toSorted(oldestFirst).map(({ id }) => id);
      return [...new Set([...known, ...ids])];
    });

  running: BulkJobs['running'] = () =>
    this.reading.ask(async () => {
      const query = this.knex('bulk_jobs').where('state', 'running').orderBy(['created_at', 'id']).limit(1);
      return (await this.jobsOf(await query.select<Raw[]>()))[0] ?? null;
    });

  pending: BulkJobs['pending'] = (id, limit) =>
    this.reading.ask(async () => {
      const rows = await this.itemsOf(id, 'pending', limit);
      return rows.map(({ transactionId }) => transactionId);
    });

  one: BulkJobs['one'] = (id) =>
    this.reading.ask(async () => {
      const [job] = await this.jobsOf(await this.knex('bulk_jobs').where({ id }).select<Raw[]>());
      if (job === undefined) return null;
      const [failures, skips] = await Promise.all([
        this.itemsOf(id, 'failed', SHOWN),
        this.itemsOf(id, 'skipped', SHOWN),
      ]);
      return { ...job, failures, skips };
    });

  page: BulkJobs['page'] = (limit, after) => this.reading.ask(() => this.newest(limit, after));

  private async newest(limit: number, after: PagePosition | null): Promise<Page<BulkJob>> {
    const query = this.knex('bulk_jobs');
    if (after !== null)
      void query
        .where('created_at', '<=', after.createdAt)
        .where((q) => void q.where('created_at', '<', after.createdAt).orWhere('id', '<', after.id));
    const order = ['created_at', 'id'].map((column) => ({ column, order: 'desc' as const }));
    const rows = await query
      .orderBy(order)
      .limit(limit + 1)
      .select<Raw[]>();
    const items = await this.jobsOf(rows.slice(0, limit));
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? { createdAt: last.createdAt, id: last.id } : null };
  }

  private async itemsOf(id: JobId, outcome: string, limit: number): Promise<readonly NotRetried[]> {
    const rows = await this.knex('bulk_job_items')
      .where({ job_id: id, outcome })
      .orderBy('position')
      .limit(limit)
      .select<Raw[]>('transaction_id', 'code', 'message');
    return rows.map((row) => ({
      transactionId: row['transaction_id'] as TransactionId,
      code: (row['code'] ?? '') as string,
      message: (row['message'] ?? '') as string,
    }));
  }

  private async jobsOf(rows: readonly Raw[]): Promise<readonly BulkJob[]> {
    const slots = (column: string) =>
      rows.map((row) => ({ sealed: row[column] as Uint8Array | null, context: jobPlace(column, row['id'] as string) }));
    const [reasons, filters] = await Promise.all([
      openTexts(this.cipher, slots('reason')),
      openObjects(this.cipher, slots('filter')),
    ]);
    return rows.map((row, i) => ({
      id: row['id'] as JobId,
      state: row['state'] as BulkJob['state'],
      createdAt: row['created_at'] as number,
      createdBy: row['created_by'] as string,
      requestId: row['request_id'] as string | null,
      reason: reasons[i] ?? '',
      filter: filters[i] ?? null,
      total: row['total'] as number,
      retried: row['retried'] as number,
      skipped: row['skipped'] as number,
      failed: row['failed'] as number,
      finishedAt: row['finished_at'] as number | null,
    }));
  }
}

const oldestFirst = (a: Place, b: Place): number => a.created_at - b.created_at || (a.id < b.id ? -1 : 1);
