import type { Knex } from 'knex';
import type { DataKeyRecord, DataKeys } from '../../../application/ports/data-keys.ts';
import type { Dialect } from './dialect/dialect.ts';

interface Row {
  readonly id: number;
  readonly purpose: DataKeyRecord['purpose'];
  readonly state: DataKeyRecord['state'];
  readonly wrapping_key_id: string;
  readonly wrapped: Uint8Array;
  readonly created_at: number;
}

export class SqlDataKeys implements DataKeys {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  async all(): Promise<readonly DataKeyRecord[]> {
    const rows = await this.knex('data_keys').orderBy('id').select<Row[]>();
    return rows.map(toRecord);
  }

  async add(key: Omit<DataKeyRecord, 'id' | 'state'>): Promise<DataKeyRecord> {
    try {
      await this.knex('data_keys').insert({
        purpose: key.purpose,
        state: 'active',
        active_purpose: key.purpose,
        wrapping_key_id: key.wrappingKeyId,
        wrapped: Buffer.from(key.wrapped),
        created_at: key.createdAt,
      });
    } catch (error) {
      if (!this.dialect.isUniqueViolation(error)) throw error;
    }
    const row = await this.knex('data_keys').where('active_purpose', key.purpose).first<Row>();
    return toRecord(row);
  }
}

const toRecord = (row: Row): DataKeyRecord => ({
  id: row.id,
  purpose: row.purpose,
  state: row.state,
  wrappingKeyId: row.wrapping_key_id,
  wrapped: row.wrapped,
  createdAt: row.created_at,
});
