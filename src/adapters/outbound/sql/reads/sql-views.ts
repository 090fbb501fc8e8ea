import type { Knex } from 'knex';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type {
  Page,
  PagePosition,
  TransactionDetail,
  TransactionFilter,
  TransactionView,
  Views,
} from '../../../../application/ports/views.ts';
import type { TransactionId } from '../../../../domain/primitives.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { auditPage } from './audit-reads.ts';
import { attemptsOf, eventsOf, versionOf } from './detail-reads.ts';
import { endOfFeed, feedAfter } from './feed-reads.ts';
import { placesInList } from './page-reads.ts';
import { Reading } from './reading.ts';
import { signerViews } from './signer-reads.ts';
import { viewsOf } from './view-reads.ts';

/** Something that moves as fast as it is read is told as it was found in the end. */
const MOST_READS = 5;

/** What people see. */
export class SqlViews implements Views {
  private readonly reading: Reading;

  /** @param now the database's clock: for an embedded database, this machine's */
  constructor(
    knex: Knex,
    dialect: Dialect,
    cipher: FieldCipher,
    private readonly now: () => number,
  ) {
    this.reading = new Reading(knex, dialect, cipher);
  }

  one(id: TransactionId, client?: string): Promise<TransactionDetail | null> {
    return this.reading.ask(async () => {
      for (let reads = 1; ; reads++) {
        const view = (await viewsOf(this.reading, [id], client ?? null)).get(id);
        if (view === undefined) return null;
        const [attempts, events] = await Promise.all([attemptsOf(this.reading, id), eventsOf(this.reading, id)]);
        // It may move between two statements: then they speak of two moments.
        if (reads === MOST_READS || (await versionOf(this.reading, id)) === view.version)
          return { ...view, attempts, events };
      }
    });
  }

  many(ids: readonly TransactionId[]): Promise<readonly TransactionView[]> {
    return this.reading.ask(() => this.inOrder(ids));
  }

  private async inOrder(ids: readonly TransactionId[]): Promise<readonly TransactionView[]> {
    const views = await viewsOf(this.reading, ids, null);
    return ids.flatMap((id) => views.get(id) ?? []);
  }

  page(filter: TransactionFilter, limit: number, after: PagePosition | null): Promise<Page<TransactionView>> {
    return this.reading.ask(async () => {
      const { places, more } = await placesInList(this.reading, filter, limit, after);
      const items = await this.inOrder(places.map(({ id }) => id));
      return { items, next: more ? (places.at(-1) ?? null) : null };
    });
  }

  audit: Views['audit'] = (limit, before) => this.reading.ask(() => auditPage(this.reading, limit, before));

  signers: Views['signers'] = () => this.reading.ask(() => signerViews(this.reading));

  eventsAfter: Views['eventsAfter'] = (position, limit, client) =>
    this.reading.ask(() => feedAfter(this.reading, { position, limit, client: client ?? null, now: this.now() }));

  endOfEvents: Views['endOfEvents'] = () => this.reading.ask(() => endOfFeed(this.reading, this.now()));
}
