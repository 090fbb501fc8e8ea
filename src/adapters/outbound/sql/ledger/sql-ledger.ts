import type { Knex } from 'knex';
import type { ChangeSet } from '../../../../application/change-set.ts';
import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { Committed, Conflict, Ledger } from '../../../../application/ports/ledger.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { SqlLedgerWriter, type LedgerWriter, type Prepared } from './ledger-writer.ts';
import { PARTS, PART_NAMES } from './parts.ts';
import { Sealing } from './sealing.ts';

export interface SqlLedgerParts {
  readonly knex: Knex;
  readonly dialect: Dialect;
  readonly cipher: FieldCipher;
  /** The database's clock, for the fence. */
  now(): number;
  /** Default: on this connection. */
  readonly writer?: LedgerWriter;
}

/** The one door for writing, on SQL. Everything is sealed before the database transaction begins and written in one. */
export class SqlLedger implements Ledger {
  private readonly writer: LedgerWriter;

  constructor(private readonly parts: SqlLedgerParts) {
    this.writer = parts.writer ?? new SqlLedgerWriter(parts.knex, parts.dialect);
  }

  async commit(changes: ChangeSet): Promise<Committed | Conflict> {
    const { cipher } = this.parts;
    const sealing = new Sealing();
    const parts: Prepared['parts'][number][] = [];
    for (const name of PART_NAMES) {
      const data = await PARTS[name].prepare(changes, sealing, cipher);
      if (data !== null) parts.push({ name, data });
    }
    await sealing.sealAll(cipher);
    const { at, fence, wakeUps = [], letters = [] } = changes;
    const fenced = fence === undefined ? null : { ...fence, now: this.parts.now() };
    return this.writer.write({ at, fence: fenced, parts, wakeUps, letters });
  }
}
