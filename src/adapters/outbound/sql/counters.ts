import type { Knex } from 'knex';
import type { Counted, Counters, Hit } from '../../../application/ports/counters.ts';
import type { Dialect } from './dialect/dialect.ts';
import { inWriteTransaction } from './in-transaction.ts';
import { whileAvailable } from './while-available.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly ends_at: number;
}

const looks = ({ n, renews = false }: Hit): boolean => n === 0 && !renews;

export class SqlCounters implements Counters {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  hit(hits: readonly Hit[], now: number): Promise<readonly Counted[]> {
    return whileAvailable(this.dialect, 'the database cannot count now', () =>
      hits.every(looks)
        ? this.count(this.knex, hits, now)
        : inWriteTransaction(this.knex, this.dialect, (transaction) => this.write(transaction, hits, now)),
    );
  }

  private async write(transaction: Knex.Transaction, hits: readonly Hit[], now: number): Promise<readonly Counted[]> {
    await transaction('counters').where('ends_at', '<=', now).delete();
    const before = await this.count(transaction, hits, now);
    const after = before.map(({ count, retryAfterMs }, index): Counted => {
      const { n, windowMs, renews = false } = hits[index] as Hit;
      const sum = Math.max(0, count + n);
      const leftMs = renews || retryAfterMs === 0 ? windowMs : retryAfterMs;
      return { count: sum, retryAfterMs: sum === 0 ? 0 : leftMs };
    });
    const changed = after.flatMap(({ count, retryAfterMs }, index): Row[] => {
      const hit = hits[index] as Hit;
      return looks(hit) ? [] : [{ name: hit.key, count, ends_at: now + retryAfterMs }];
    });
    await transaction('counters').insert(changed).onConflict('name').merge(['count', 'ends_at']);
    return after;
  }

  private async count(on: Knex, hits: readonly Hit[], now: number): Promise<readonly Counted[]> {
    const names = hits.map(({ key }) => key);
    const rows = await on('counters').whereIn('name', names).select<Row[]>('name', 'count', 'ends_at');
    const byName = new Map(rows.map((row) => [row.name, row]));
    return hits.map(({ key, windowMs }) => {
      const row = byName.get(key);
      const left = (row?.ends_at ?? 0) - now;
      // One that ends later than a window can was written by a clock that ran ahead.
      return row === undefined || row.count === 0 || left <= 0 || left > windowMs
        ? { count: 0, retryAfterMs: 0 }
        : { count: row.count, retryAfterMs: left };
    });
  }
}
