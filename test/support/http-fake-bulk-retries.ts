import type { BulkJobDetail, BulkJobs } from '../../src/application/ports/bulk-jobs.ts';
import type { Clock, IdGenerator } from '../../src/application/ports/clock.ts';
import type { PagePosition } from '../../src/application/ports/views.ts';
import type { BulkRetryResult, CreateBulkRetry } from '../../src/application/use-cases/inbound.ts';
import type { JobId } from '../../src/domain/primitives.ts';

type Command = Parameters<CreateBulkRetry['create']>[0];

/** Jobs as the HTTP side sees them; nobody runs them. */
export class FakeBulkRetries implements CreateBulkRetry, Pick<BulkJobs, 'one' | 'page'> {
  readonly commands: Command[] = [];
  readonly jobs = new Map<string, BulkJobDetail>();
  /** What is answered in the place of a job, while it is set. */
  refusal: BulkRetryResult | null = null;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;

  constructor(clock: Clock, ids: IdGenerator) {
    this.#clock = clock;
    this.#ids = ids;
  }

  async create(command: Command): Promise<BulkRetryResult> {
    this.commands.push(command);
    if (this.refusal !== null) return this.refusal;
    const id = this.#ids.next() as JobId;
    this.put(id, command);
    return { kind: 'created', id };
  }

  /** A job that is there already. */
  put(id: JobId, { actor, reason, of }: Omit<Command, 'expectedCount'>): void {
    this.jobs.set(id, {
      id,
      state: 'running',
      createdAt: this.#clock.now(),
      createdBy: actor.name,
      requestId: actor.requestId,
      reason,
      filter: of.kind === 'filter' ? of.shown : null,
      total: of.kind === 'ids' ? of.ids.length : 7,
      retried: 0,
      skipped: 0,
      failed: 0,
      finishedAt: null,
      failures: [],
      skips: [],
    });
  }

  async one(id: JobId): Promise<BulkJobDetail | null> {
    return this.jobs.get(id) ?? null;
  }

  async page(limit: number, after: PagePosition | null) {
    const rest = [...this.jobs.values()].reverse().filter(({ id }) => after === null || id < after.id);
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return { items, next: last && rest.length > limit ? { createdAt: last.createdAt, id: last.id } : null };
  }
}
