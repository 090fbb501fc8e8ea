import type { JobId } from '../../../domain/primitives.ts';
import type { BulkJobs } from '../../ports/bulk-jobs.ts';
import type { Clock, IdGenerator } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { BulkRetryResult, CreateBulkRetry } from '../inbound.ts';

/** Transactions of one job: its creation is one commit, which holds up the others for that long. */
const MOST_ITEMS = 100_000;

export interface CreateBulkRetryParts {
  readonly jobs: Pick<BulkJobs, 'openFailures' | 'inOrder'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  /** Wakes this process's runner, where it has one. */
  readonly onCreated: () => void;
  readonly mostItems?: number;
}

type Command = Parameters<CreateBulkRetry['create']>[0];

/** Freezes the ids in one commit with the audit entry; whoever runs the job decides about each of them anew. */
export class CreateBulk implements CreateBulkRetry {
  constructor(private readonly parts: CreateBulkRetryParts) {}

  async create(command: Command): Promise<BulkRetryResult> {
    const { ledger, clock, ids, onCreated, mostItems = MOST_ITEMS } = this.parts;
    const transactionIds = await this.find(command, mostItems + 1);
    if (transactionIds.length > mostItems) return { kind: 'tooMany', most: mostItems };
    const count = transactionIds.length;
    if (command.expectedCount !== null && command.expectedCount !== count) return { kind: 'countDiffers', count };
    const { actor, reason, of } = command;
    const filter = of.kind === 'filter' ? of.shown : null;
    const id = ids.next() as JobId;
    const result = await ledger.commit({
      step: 'bulk',
      at: clock.now(),
      newJobs: [{ id, createdBy: actor.name, requestId: actor.requestId, reason, filter, transactionIds }],
      audit: [
        {
          actor: actor.name,
          action: 'bulk_retry',
          transactionId: null,
          reason,
          detail: { bulkRetry: id, count, ...(filter === null ? { by: 'ids' } : { by: 'filter', filter }) },
          requestId: actor.requestId,
        },
      ],
    });
    if (result.kind === 'conflict') throw new Error(`a new job cannot conflict: ${result.reason}`);
    onCreated();
    return { kind: 'created', id };
  }

  private find({ of }: Command, limit: number) {
    const { jobs } = this.parts;
    return of.kind === 'ids' ? jobs.inOrder(of.ids) : jobs.openFailures(of.filter, limit);
  }
}
