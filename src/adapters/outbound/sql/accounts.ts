import type { Knex } from 'knex';
import type { Accounts, Role, Session } from '../../../application/ports/accounts.ts';

export class SqlAccounts implements Accounts {
  constructor(private readonly knex: Knex) {}

  async openSession(tokenHash: Uint8Array, session: Session): Promise<void> {
    await this.knex('sessions').insert({
      token_hash: Buffer.from(tokenHash),
      username: session.username,
      role: session.role,
      expires_at: session.expiresAt,
    });
  }

  async findSession(tokenHash: Uint8Array, now: number): Promise<Session | null> {
    const row = await this.knex('sessions')
      .where('token_hash', Buffer.from(tokenHash))
      .andWhere('expires_at', '>', now)
      .first<{ username: string; role: Role; expires_at: number } | undefined>('username', 'role', 'expires_at');
    return row === undefined ? null : { username: row.username, role: row.role, expiresAt: row.expires_at };
  }

  async closeSession(tokenHash: Uint8Array): Promise<void> {
    await this.knex('sessions').where('token_hash', Buffer.from(tokenHash)).delete();
  }
}
