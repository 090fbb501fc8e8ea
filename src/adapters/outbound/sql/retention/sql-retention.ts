import type { Knex } from 'knex';
import type {
  PurgedPage,
  PurgeKind,
  PurgePage,
  PurgePlace,
  Retention,
} from '../../../../application/ports/retention.ts';
import type { Dialect, Row } from '../dialect/dialect.ts';
import { inTransaction } from '../in-transaction.ts';
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
  ) {}

  forget(page: PurgePage): Promise<PurgedPage> {
    const { knex, dialect } = this;
    return whileAvailable(dialect, 'the database cannot commit now', () =>
      inTransaction(knex, async (transaction) => {
        await dialect.lockForWriting(transaction);
        const found = await look(transaction, page);
        for (const [table, key] of BELONGINGS[belongingTo(page.kind)]) {
          const rows = found.ids.map((id): Row => ({ [key]: id }));
          await dialect.delete(transaction, table, { [key]: 'text' }, rows);
        }
        return { forgotten: found.ids.length, next: found.next };
      }),
    );
  }

  async count(page: PurgePage): Promise<PurgedPage> {
    const found = await look(this.knex, page);
    return { forgotten: found.ids.length, next: found.next };
  }
}

const belongingTo = (kind: PurgeKind): keyof typeof BELONGINGS =>
  kind === 'fillers' ? 'filler' : kind === 'resolvedFailures' ? 'failure' : 'transaction';

async function look(knex: Knex, page: PurgePage): Promise<{ ids: readonly string[]; next: PurgePlace | null }> {
  const rows = await looked(knex, page);
  const last = rows.at(-1);
  return {
    ids: rows.filter((row) => row.old).map((row) => row.id),
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
