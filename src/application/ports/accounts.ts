import type { Millis } from '../../domain/primitives.ts';

/** viewer ⊂ operator ⊂ administrator. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

export interface Session {
  readonly username: string;
  readonly role: Role;
  readonly expiresAt: Millis;
}

/**
 * Signed-in users' sessions; only a hash of the token is stored.
 * @throws {LedgerUnavailable} each of them, where the database cannot do it now
 */
export interface Accounts {
  /** Sessions that are over by `now` are deleted with it. */
  openSession(tokenHash: Uint8Array, session: Session, now: Millis): Promise<void>;
  findSession(tokenHash: Uint8Array, now: Millis): Promise<Session | null>;
  closeSession(tokenHash: Uint8Array): Promise<void>;
}
