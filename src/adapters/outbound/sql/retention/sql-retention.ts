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
import { oldFailures, oldFillers, oldTransactions, type Found } from './old-rows.ts';

/** Where the rows are that belong to a transaction or a filler, by the column that names it. */
const BELONGINGS: Readonly<Record<'transaction' | 'filler' | 'failure', readonly (readonly [string, string])[]>> = {
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
        for (const [table, key] of BELONGINGS[belongingTo(page.kind)]) {
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

const belongingTo = (kind: PurgeKind): keyof typeof BELONGINGS =>
  kind === 'fillers' ? 'filler' : kind === 'resolvedFailures' ? 'failure' : 'transaction';

async function look(
  knex: Knex,
  page: PurgePage,
): Promise<{ readonly found: readonly Found[]; readonly next: PurgePlace | null }> {
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
    case 'confirmed':
    case 'reverted':
    case 'cancelled':
    case 'expired':
    case 'failed':
      return oldTransactions(knex, page.kind, page);
  }
}
