import type { Millis } from '../../domain/primitives.ts';

/** viewer ⊂ operator ⊂ administrator. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** A session that goes on. The role is the user's of now, not of when the session was opened. */
export interface Session {
  readonly username: string;
  readonly role: Role;
  /** When it ends however much it is used. */
  readonly expiresAt: Millis;
}

export interface OpenSession extends Session {
  /** The first 16 hex digits of the token's hash: enough to tell sessions apart, nothing to sign in by. */
  readonly id: string;
  readonly openedAt: Millis;
  /** At most a minute old. */
  readonly lastSeenAt: Millis;
}

export interface User {
  readonly username: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: Millis;
  readonly passwordSetAt: Millis;
}

export interface Credentials {
  readonly role: Role;
  readonly disabled: boolean;
  readonly passwordHash: string;
  /** Of the password that the environment gave when it was last applied; null: it never was. */
  readonly configuredHash: string | null;
}

export interface NewUser {
  readonly username: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly configuredHash: string | null;
}

export type UserChange =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'password'; readonly passwordHash: string; readonly configuredHash?: string }
  | { readonly kind: 'disabled'; readonly disabled: boolean }
  | { readonly kind: 'removed' };

/** `lastAdministrator`: refused, since nobody could manage anything any more. */
export type UserOutcome = 'done' | 'unknown' | 'lastAdministrator';

/**
 * Users and their sessions; of passwords and tokens only hashes are stored.
 * @throws {LedgerUnavailable} each of them, where the database cannot do it now
 */
export interface Accounts {
  /**
   * Only for an enabled user who still has this password hash: what was changed while it was being checked counts. Sessions that are over
   * by `now` are deleted with it.
   */
  openSession(
    tokenHash: Uint8Array,
    session: { readonly username: string; readonly passwordHash: string; readonly expiresAt: Millis },
    now: Millis,
  ): Promise<boolean>;
  /**
   * Notes that it was seen, at most once a minute. One that was not seen for `idleMs` is over, and never earlier: up to a minute later.
   * @param inUse false: only asks, which is no use of it
   */
  findSession(tokenHash: Uint8Array, now: Millis, idleMs: number, inUse?: boolean): Promise<Session | null>;
  closeSession(tokenHash: Uint8Array): Promise<void>;
  /** Those that go on, newest first. */
  sessions(now: Millis, idleMs: number): Promise<readonly OpenSession[]>;
  /** Ends a user's, or the one with this id; says how many. */
  endSessions(which: { readonly username: string } | { readonly id: string }): Promise<number>;

  /** By name. */
  users(): Promise<readonly User[]>;
  credentials(username: string): Promise<Credentials | null>;
  addUser(user: NewUser, now: Millis): Promise<'added' | 'exists'>;
  /** Ends the user's sessions, but for enabling one. */
  changeUser(username: string, change: UserChange, now: Millis): Promise<UserOutcome>;
  /** The same password by a better hash, unless it was changed meanwhile. */
  rehash(username: string, from: string, to: string): Promise<void>;
  /** What the environment says was seen, and changes nothing. */
  noteConfigured(username: string, configuredHash: string): Promise<void>;
}
