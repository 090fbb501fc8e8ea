import type { Knex } from 'knex';
import type {
  Accounts,
  Credentials,
  NewUser,
  OpenSession,
  Role,
  Session,
  User,
  UserChange,
  UserOutcome,
} from '../../../application/ports/accounts.ts';
import type { Dialect } from './dialect/dialect.ts';
import { inWriteTransaction } from './in-transaction.ts';
import { whileAvailable } from './while-available.ts';

/** What it costs at most that a session is being used: a write in so long a time. */
const seenEvery = (idleMs: number): number => Math.min(60_000, idleMs / 4);
const ID_BYTES = 8;

interface SessionRow {
  readonly token_hash: Uint8Array;
  readonly username: string;
  readonly role: Role;
  readonly opened_at: number;
  readonly last_seen_at: number;
  readonly expires_at: number;
}

interface UserRow {
  readonly username: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly configured_hash: string | null;
  readonly disabled: number | boolean;
  readonly created_at: number;
  readonly password_set_at: number;
}

export class SqlAccounts implements Accounts {
  constructor(
    private readonly knex: Knex,
    private readonly dialect: Dialect,
  ) {}

  openSession(
    tokenHash: Uint8Array,
    { username, passwordHash, expiresAt }: Parameters<Accounts['openSession']>[1],
    now: number,
  ): Promise<boolean> {
    return this.change(async (transaction) => {
      const mayOpen = await transaction('users')
        .where({ username, password_hash: passwordHash, disabled: false })
        .first<object | undefined>('username');
      if (mayOpen === undefined) return false;
      await transaction('sessions').where('expires_at', '<=', now).delete();
      await transaction('sessions').insert({
        token_hash: Buffer.from(tokenHash),
        username,
        opened_at: now,
        last_seen_at: now,
        expires_at: expiresAt,
      });
      return true;
    });
  }

  findSession(tokenHash: Uint8Array, now: number, idleMs: number, inUse = true): Promise<Session | null> {
    return this.ask(async () => {
      const token_hash = Buffer.from(tokenHash);
      const row = await this.live(now, idleMs).where({ token_hash }).first<SessionRow | undefined>();
      if (row === undefined) return null;
      // Backwards as well: a clock that ran ahead would keep it for too long.
      if (inUse && Math.abs(now - row.last_seen_at) >= seenEvery(idleMs)) await this.noteSeen(token_hash, now);
      return { username: row.username, role: row.role, expiresAt: row.expires_at };
    });
  }

  async closeSession(tokenHash: Uint8Array): Promise<void> {
    await this.ask(() => this.knex('sessions').where('token_hash', Buffer.from(tokenHash)).delete());
  }

  sessions(now: number, idleMs: number): Promise<readonly OpenSession[]> {
    return this.ask(async () => {
      const rows = await this.live(now, idleMs).orderBy('opened_at', 'desc').select<SessionRow[]>();
      return rows.map((row) => ({
        id: idOf(row.token_hash),
        username: row.username,
        role: row.role,
        openedAt: row.opened_at,
        lastSeenAt: row.last_seen_at,
        expiresAt: row.expires_at,
      }));
    });
  }

  endSessions(which: { readonly username: string } | { readonly id: string }): Promise<number> {
    return this.change(async (transaction) => {
      if ('username' in which) return transaction('sessions').where('username', which.username).delete();
      const hashes = await transaction('sessions').pluck<Buffer[]>('token_hash');
      return transaction('sessions')
        .whereIn(
          'token_hash',
          hashes.filter((hash) => idOf(hash) === which.id),
        )
        .delete();
    });
  }

  users(): Promise<readonly User[]> {
    return this.ask(async () => {
      const rows = await this.knex('users').orderBy('username').select<UserRow[]>();
      return rows.map((row) => ({
        username: row.username,
        role: row.role,
        disabled: Boolean(row.disabled),
        createdAt: row.created_at,
        passwordSetAt: row.password_set_at,
      }));
    });
  }

  credentials(username: string): Promise<Credentials | null> {
    return this.ask(async () => {
      const row = await this.knex('users').where({ username }).first<UserRow | undefined>();
      return row === undefined
        ? null
        : {
            role: row.role,
            disabled: Boolean(row.disabled),
            passwordHash: row.password_hash,
            configuredHash: row.configured_hash,
          };
    });
  }

  addUser({ username, role, passwordHash, configuredHash }: NewUser, now: number): Promise<'added' | 'exists'> {
    return this.ask(async () => {
      try {
        await this.knex('users').insert({
          username,
          role,
          password_hash: passwordHash,
          configured_hash: configuredHash,
          disabled: false,
          created_at: now,
          password_set_at: now,
        });
        return 'added';
      } catch (error) {
        if (this.dialect.isUniqueViolation(error)) return 'exists';
        throw error;
      }
    });
  }

  changeUser(username: string, change: UserChange, now: number): Promise<UserOutcome> {
    return this.change(async (transaction): Promise<UserOutcome> => {
      const one = transaction('users').where({ username });
      if ((await one.clone().first<UserRow | undefined>()) === undefined) return 'unknown';
      if (endsAdministrator(change)) {
        const others = await transaction('users')
          .where({ role: 'administrator', disabled: false })
          .whereNot({ username })
          .first<object | undefined>('username');
        const { role, disabled } = await one.clone().first<UserRow>();
        if (others === undefined && role === 'administrator' && !disabled) return 'lastAdministrator';
      }
      if (change.kind === 'removed') await one.clone().delete();
      else await one.clone().update(columnsOf(change, now));
      const enables = change.kind === 'disabled' && !change.disabled;
      if (!enables) await transaction('sessions').where({ username }).delete();
      return 'done';
    });
  }

  async rehash(username: string, from: string, to: string): Promise<void> {
    await this.ask(() => this.knex('users').where({ username, password_hash: from }).update({ password_hash: to }));
  }

  async noteConfigured(username: string, configuredHash: string): Promise<void> {
    await this.ask(() => this.knex('users').where({ username }).update({ configured_hash: configuredHash }));
  }

  /** Of users who may still sign in. */
  private live(now: number, idleMs: number): Knex.QueryBuilder {
    return (
      this.knex('sessions')
        .join('users', 'users.username', 'sessions.username')
        .where('users.disabled', false)
        .andWhere('expires_at', '>', now)
        // It may have been in use for so long after it was last noted.
        .andWhere('last_seen_at', '>', now - idleMs - seenEvery(idleMs))
        .select('token_hash', 'sessions.username', 'role', 'opened_at', 'last_seen_at', 'expires_at')
    );
  }

  /** A full disk is no reason to end a session that only reads. */
  private async noteSeen(tokenHash: Buffer, now: number): Promise<void> {
    try {
      await this.knex('sessions').where('token_hash', tokenHash).update({ last_seen_at: now });
    } catch (error) {
      if (!this.dialect.isUnavailable(error)) throw error;
    }
  }

  private change<Answer>(work: (transaction: Knex.Transaction) => Promise<Answer>): Promise<Answer> {
    return this.ask(() => inWriteTransaction(this.knex, this.dialect, work));
  }

  private ask<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return whileAvailable(this.dialect, 'the database cannot keep or find accounts now', work);
  }
}

const idOf = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).subarray(0, ID_BYTES).toString('hex');

const endsAdministrator = (change: UserChange): boolean =>
  change.kind === 'removed' ||
  (change.kind === 'disabled' && change.disabled) ||
  (change.kind === 'role' && change.role !== 'administrator');

function columnsOf(change: Exclude<UserChange, { kind: 'removed' }>, now: number): Readonly<Record<string, unknown>> {
  switch (change.kind) {
    case 'role':
      return { role: change.role };
    case 'disabled':
      return { disabled: change.disabled };
    case 'password':
      return {
        password_hash: change.passwordHash,
        password_set_at: now,
        ...(change.configuredHash === undefined ? {} : { configured_hash: change.configuredHash }),
      };
  }
}
