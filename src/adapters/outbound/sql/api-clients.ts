import type { Knex } from 'knex';
import {
  KEYS_PER_CLIENT,
  type ApiClient,
  type ApiClients,
  type ApiKeyRecord,
} from '../../../application/ports/api-clients.ts';
import type { Dialect } from './dialect/dialect.ts';
import { inWriteTransaction } from './in-transaction.ts';
import { whileAvailable } from './while-available.ts';

interface KeyRow {
  readonly client: string;
  readonly key_hash: Uint8Array;
  readonly prefix: string;
  readonly created_at: number;
  readonly last_used_day: string | null;
}

export class SqlApiClients implements ApiClients {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  clients(): Promise<readonly ApiClient[]> {
    return this.ask(async () => {
      const rows = await this.knex('api_clients').orderBy('name').select<{ name: string; created_at: number }[]>();
      return rows.map(({ name, created_at }) => ({ name, createdAt: created_at }));
    });
  }

  keys(): Promise<readonly ApiKeyRecord[]> {
    return this.ask(async () => {
      const rows = await this.knex('api_keys').orderBy(['created_at', 'prefix']).select<KeyRow[]>();
      return rows.map((row) => ({
        client: row.client,
        hash: row.key_hash,
        prefix: row.prefix,
        createdAt: row.created_at,
        lastUsedDay: row.last_used_day,
      }));
    });
  }

  add(name: string, now: number): Promise<'added' | 'exists'> {
    return this.ask(async () => {
      try {
        await this.knex('api_clients').insert({ name, created_at: now });
        return 'added';
      } catch (error) {
        if (this.dialect.isUniqueViolation(error)) return 'exists';
        throw error;
      }
    });
  }

  addKey(key: Omit<ApiKeyRecord, 'lastUsedDay'>): Promise<'added' | 'unknown' | 'full'> {
    return this.change(async (transaction) => {
      if (!(await transaction('api_clients').where('name', key.client).first())) return 'unknown';
      const held = await transaction('api_keys').where('client', key.client).pluck<string[]>('prefix');
      if (held.length >= KEYS_PER_CLIENT) return 'full';
      await transaction('api_keys').insert({
        key_hash: Buffer.from(key.hash),
        client: key.client,
        prefix: key.prefix,
        created_at: key.createdAt,
      });
      return 'added';
    });
  }

  revokeKey(client: string, prefix: string): Promise<'revoked' | 'unknown'> {
    return this.ask(async () =>
      (await this.knex('api_keys').where({ client, prefix }).delete()) > 0 ? 'revoked' : 'unknown',
    );
  }

  remove(name: string): Promise<'removed' | 'unknown'> {
    return this.change(async (transaction) => {
      await transaction('api_keys').where('client', name).delete();
      return (await transaction('api_clients').where({ name }).delete()) > 0 ? 'removed' : 'unknown';
    });
  }

  async noteUse(hash: Uint8Array, day: string): Promise<void> {
    await this.ask(() => this.knex('api_keys').where('key_hash', Buffer.from(hash)).update({ last_used_day: day }));
  }

  private change<Answer>(work: (transaction: Knex.Transaction) => Promise<Answer>): Promise<Answer> {
    return this.ask(() => inWriteTransaction(this.knex, this.dialect, work));
  }

  private ask<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return whileAvailable(this.dialect, 'the database cannot keep or find clients now', work);
  }
}
