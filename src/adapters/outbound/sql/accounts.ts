import type { Knex } from 'knex';
import type { Accounts, Role, Session } from '../../../application/ports/accounts.ts';
import type { Dialect } from './dialect/dialect.ts';
import { inTransaction } from './in-transaction.ts';
import { whileAvailable } from './while-available.ts';

export class SqlAccounts implements Accounts {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  async openSession(tokenHash: Uint8Array, session: Session, now: number): Promise<void> {
    await this.ask(() =>
      inTransaction(this.knex, async (transaction) => {
        await transaction('sessions').where('expires_at', '<=', now).delete();
        await transaction('sessions').insert({
          token_hash: Buffer.from(tokenHash),
          username: session.username,
          role: session.role,
          expires_at: session.expiresAt,
        });
      }),
    );
  }

  async findSession(tokenHash: Uint8Array, now: number): Promise<Session | null> {
    const row = await this.ask(() =>
      this.knex('sessions')
        .where('token_hash', Buffer.from(tokenHash))
        .andWhere('expires_at', '>', now)
        .first<{ username: string; role: Role; expires_at: number } | undefined>('username', 'role', 'expires_at'),
    );
    return row === undefined ? null : { username: row.username, role: row.role, expiresAt: row.expires_at };
  }

  async closeSession(tokenHash: Uint8Array): Promise<void> {
    await this.ask(() => this.knex('sessions').where('token_hash', Buffer.from(tokenHash)).delete());
  }

  private ask<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return whileAvailable(this.dialect, 'the database cannot keep or find sessions now', work);
  }
}
