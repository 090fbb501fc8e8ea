import type { Millis } from '../../domain/primitives.ts';

/** viewer ⊂ operator ⊂ administrator. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

export interface Session {
  readonly username: string;
  readonly role: Role;
  readonly expiresAt: Millis;
}

/** Signed-in users' sessions; only a hash of the token is stored. */
export interface Accounts {
  openSession(tokenHash: Uint8Array, session: Session): Promise<void>;
  findSession(tokenHash: Uint8Array, now: Millis): Promise<Session | null>;
  closeSession(tokenHash: Uint8Array): Promise<void>;
}
