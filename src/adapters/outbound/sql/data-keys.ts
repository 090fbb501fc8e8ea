import type { Knex } from 'knex';
import type { DataKeyRecord, DataKeys, NewDataKey } from '../../../application/ports/data-keys.ts';
import type { Dialect } from './dialect/dialect.ts';
import { inWriteTransaction } from './in-transaction.ts';
import { whileAvailable } from './while-available.ts';

interface Row {
  readonly id: number;
  readonly purpose: DataKeyRecord['purpose'];
  readonly state: DataKeyRecord['state'];
  readonly wrapping_key_id: string;
  readonly wrapped: Uint8Array;
  readonly created_at: number;
  readonly uses: number;
}

export class SqlDataKeys implements DataKeys {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  all(): Promise<readonly DataKeyRecord[]> {
    return this.ask(async () => (await this.knex('data_keys').orderBy('id').select<Row[]>()).map(toRecord));
  }

  add(key: NewDataKey): Promise<DataKeyRecord> {
    return this.ask(async () => {
      try {
        await this.knex('data_keys').insert(toRow(key));
      } catch (error) {
        if (!this.dialect.isUniqueViolation(error)) throw error;
      }
      return toRecord(await this.activeRow(this.knex, key.purpose));
    });
  }

  rotate(key: NewDataKey, replaces: number, now: number): Promise<DataKeyRecord> {
    return this.change(async (transaction) => {
      const retired = await transaction('data_keys')
        .where({ id: replaces, active_purpose: key.purpose })
        .update({ state: 'retired', active_purpose: null, retired_at: now });
      if (retired > 0) await transaction('data_keys').insert(toRow(key));
      return toRecord(await this.activeRow(transaction, key.purpose));
    });
  }

  reserve(id: number, uses: number): Promise<number | null> {
    return this.change(async (transaction) => {
      await transaction('data_keys').where({ id, state: 'active' }).increment('uses', uses);
      const row = await transaction('data_keys').where({ id, state: 'active' }).first<Row | undefined>('uses');
      return row?.uses ?? null;
    });
  }

  rewrap(keys: Parameters<DataKeys['rewrap']>[0]): Promise<number> {
    return this.change(async (transaction) => {
      let done = 0;
      for (const { id, wrappingKeyId, wrapped, wrappedBefore } of keys)
        done += await transaction('data_keys')
          .where({ id, wrapped: Buffer.from(wrappedBefore) })
          .update({ wrapping_key_id: wrappingKeyId, wrapped: Buffer.from(wrapped) });
      return done;
    });
  }

  private activeRow(on: Knex, purpose: DataKeyRecord['purpose']): Promise<Row> {
    return on('data_keys').where('active_purpose', purpose).first<Row>();
  }

  private change<Answer>(work: (transaction: Knex.Transaction) => Promise<Answer>): Promise<Answer> {
    return this.ask(() => inWriteTransaction(this.knex, this.dialect, work));
  }

  private ask<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return whileAvailable(this.dialect, 'the database cannot keep or find data keys now', work);
  }
}

const toRow = (key: NewDataKey): Readonly<Record<string, unknown>> => ({
  purpose: key.purpose,
  state: 'active',
  active_purpose: key.purpose,
  wrapping_key_id: key.wrappingKeyId,
  wrapped: Buffer.from(key.wrapped),
  created_at: key.createdAt,
});

const toRecord = (row: Row): DataKeyRecord => ({
  id: row.id,
  purpose: row.purpose,
  state: row.state,
  wrappingKeyId: row.wrapping_key_id,
  wrapped: row.wrapped,
  createdAt: row.created_at,
  uses: row.uses,
});
