import type { Knex } from 'knex';
import type {
  PurgedPage,
  PurgeKind,
  PurgePage,
  PurgePlace,
  Retention,
} from '../../../../application/ports/retention.ts';
import type { Dialect, Row } from '../dialect/dialect.ts';
import { DELTA, toBody } from '../figures/body.ts';
import { inWriteTransaction } from '../in-transaction.ts';
import { whileAvailable } from '../while-available.ts';
import { oldFailures, oldFillers, oldJobs, oldTransactions, type Found } from './old-rows.ts';

type Holder = 'transaction' | 'filler' | 'failure' | 'job';

/** Where the rows are that belong to something, by the column that names it. */
const BELONGINGS: Readonly<Record<Holder, readonly (readonly [string, string])[]>> = {
  transaction: [
    ['events', 'transaction_id'],
    ['attempts', 'holder_id'],
    ['revisions', 'transaction_id'],
    ['failures', 'transaction_id'],
    ['transactions', 'id'],
  ],
  filler: [
    ['attempts', 'holder_id'],
    ['fillers', 'id'],
  ],
  failure: [['failures', 'transaction_id']],
  job: [
    ['bulk_job_items', 'job_id'],
    ['bulk_jobs', 'id'],
  ],
};

/** Old rows out of the database, on SQL. */
export class SqlRetention implements Retention {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
    private readonly now: () => number,
  ) {}

  forget(page: PurgePage): Promise<PurgedPage> {
    const { knex, dialect } = this;
    return whileAvailable(dialect, 'the database cannot commit now', () =>
      inWriteTransaction(knex, dialect, async (transaction) => {
        const { found, next } = await look(transaction, page);
        for (const [table, key] of BELONGINGS[holderOf(page.kind)]) {
          const rows = found.map(({ id }): Row => ({ [key]: id }));
          await dialect.delete(transaction, table, { [key]: 'text' }, rows);
        }
        await dialect.insert(transaction, 'figure_deltas', DELTA, fewer(found, this.now()));
        return { forgotten: found.length, next };
      }),
    );
  }

  async count(page: PurgePage): Promise<PurgedPage> {
    const { found, next } = await look(this.knex, page);
    return { forgotten: found.length, next };
  }
}

/** What is forgotten counts no more: levels are those of the rows that are there, and in the span of time of the purge they fell. */
function fewer(found: readonly Found[], at: number): readonly Row[] {
  const chains = new Map<number, Map<string, number>>();
  for (const { counted } of found) {
    if (counted === null) continue;
    const sums = chains.get(counted.chainId) ?? new Map<string, number>();
    chains.set(counted.chainId, sums);
    sums.set(counted.name, (sums.get(counted.name) ?? 0) - 1);
  }
  return [...chains].map(([chainId, sums]) => ({ at, chain_id: chainId, body: toBody(sums) }));
}

function holderOf(kind: PurgeKind): Holder {
  switch (kind) {
    case 'fillers':
      return 'filler';
    case 'resolvedFailures':
      return 'failure';
    case 'bulkJobs':
      return 'job';
    case 'confirmed':
    case 'reverted':
    case 'cancelled':
    case 'expired':
    case 'failed':
      return 'transaction';
  }
}

/** A job takes its list along, which may be longer than any page: one at a time keeps the commit short. */
const JOBS_AT_ONCE = 1;

async function look(
  knex: Knex,
  asked: PurgePage,
): Promise<{ readonly found: readonly Found[]; readonly next: PurgePlace | null }> {
  const page = asked.kind === 'bulkJobs' ? { ...asked, limit: JOBS_AT_ONCE } : asked;
  const rows = await looked(knex, page);
  const last = rows.at(-1);
  return {
    found: rows.filter((row) => row.old),
    next:
      last === undefined || rows.length < page.limit || last.at >= page.before ? null : { at: last.at, id: last.id },
  };
}

function looked(knex: Knex, page: PurgePage): Promise<readonly Found[]> {
  switch (page.kind) {
    case 'fillers':
      return oldFillers(knex, page);
    case 'resolvedFailures':
      return oldFailures(knex, page);
    case 'bulkJobs':
      return oldJobs(knex, page);
    case 'confirmed':
    case 'reverted':
    case 'cancelled':
    case 'expired':
    case 'failed':
      return oldTransactions(knex, page.kind, page);
  }
}
