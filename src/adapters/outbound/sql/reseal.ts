import type { Knex } from 'knex';
import type { FieldCipher, Sealed } from '../../../application/ports/field-cipher.ts';
import type { Dialect } from './dialect/dialect.ts';
import { inWriteTransaction } from './in-transaction.ts';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts';

/** Small enough that a writer of the service waits some milliseconds for it. */
const ROWS_A_COMMIT = 100;
/** Version (1) and the data key's id (4), before the IV. */
const HEADER_BYTES = 5;

export interface ResealProgress {
  readonly resealed: number;
  /** Changed by the service meanwhile, which sealed them anew itself. */
  readonly passed: number;
}

type StoredRow = Readonly<Record<string, unknown>>;

/**
 * Seals anew what was sealed by a retired data key, beside a service that goes on. What is left to do is what still names an old key, so a
 * pass that was cut off is taken up by the next; a row that a writer changes meanwhile is left as that writer made it.
 */
export class Reseal {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
    private readonly cipher: FieldCipher,
  ) {}

  /** How many values each data key has sealed, by the key's id. Reads every row. */
  async uses(): Promise<ReadonlyMap<number, number>> {
    const uses = new Map<number, number>();
    for (const { table, column } of SEALED_COLUMNS) {
      const rows = await this.knex(table)
        .whereNotNull(column)
        .groupBy('header')
        .select<{ header: Uint8Array; n: number }[]>(
          this.knex.raw('substr(??, 1, ?) AS header', [column, HEADER_BYTES]),
          this.knex.raw('count(*) AS n'),
        );
      for (const { header: bytes, n } of rows) uses.set(keyIdOf(bytes), (uses.get(keyIdOf(bytes)) ?? 0) + n);
    }
    return uses;
  }

  /**
   * @param activeId what carries this key's id is done
   * @param rest awaited after each commit: says how long that took in milliseconds, and what is done so far
   */
  async pass(activeId: number, rest: (tookMs: number, done: ResealProgress) => Promise<void>): Promise<ResealProgress> {
    let done: ResealProgress = { resealed: 0, passed: 0 };
    for (const column of SEALED_COLUMNS) {
      for (let after: StoredRow | null = null; ;) {
        const begin = performance.now();
        const rows: readonly StoredRow[] = await this.batch(column, activeId, after);
        if (rows.length === 0) break;
        const resealed = await this.write(column, rows);
        done = { resealed: done.resealed + resealed, passed: done.passed + rows.length - resealed };
        await rest(performance.now() - begin, done);
        after = rows.at(-1) ?? null;
      }
    }
    return done;
  }

  private batch(
    { table, column, key, names }: SealedColumn,
    activeId: number,
    after: StoredRow | null,
  ): Promise<readonly StoredRow[]> {
    const query = this.knex(table)
      .whereNotNull(column)
      .andWhereRaw('substr(??, 1, ?) <> ?', [column, HEADER_BYTES, headerOf(activeId)])
      .orderBy([...key])
      .limit(ROWS_A_COMMIT)
      .select<StoredRow[]>([...key, ...names, column]);
    if (after !== null) {
      const marks = key.map(() => '?').join(', ');
      query.andWhereRaw(`(${key.join(', ')}) > (${marks})`, key.map((name) => after[name]) as Knex.RawBinding[]);
    }
    return query;
  }

  private async write({ table, column, key, place }: SealedColumn, rows: readonly StoredRow[]): Promise<number> {
    const before = rows.map((row) => ({ sealed: row[column] as Sealed, context: place(row) }));
    const plain = await this.cipher.open(before);
    const after = await this.cipher.seal(
      before.map(({ context }, index) => ({ context, plain: plain[index] as Uint8Array })),
    );
    return inWriteTransaction(this.knex, this.dialect, async (transaction) => {
      let written = 0;
      for (const [index, row] of rows.entries())
        written += await transaction(table)
          .where(Object.fromEntries(key.map((name) => [name, row[name]])))
          .andWhere(column, Buffer.from(before[index]?.sealed as Sealed))
          .update({ [column]: Buffer.from(after[index] as Sealed) });
      return written;
    });
  }
}

const keyIdOf = (header: Uint8Array): number => Buffer.from(header).readUInt32BE(1);

function headerOf(keyId: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES, 1);
  header.writeUInt32BE(keyId, 1);
  return header;
}
