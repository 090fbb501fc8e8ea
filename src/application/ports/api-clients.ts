import type { Millis } from '../../domain/primitives.ts';

/** So that a client can change its key without a gap, and no forgotten one stays. */
export const KEYS_PER_CLIENT = 2;

export interface ApiKeyRecord {
  readonly client: string;
  /** SHA-256 of the key. */
  readonly hash: Uint8Array;
  /** The part of the key that is shown later: it names the key and opens nothing. */
  readonly prefix: string;
  readonly createdAt: Millis;
  /** `YYYY-MM-DD` by UTC; null: never. */
  readonly lastUsedDay: string | null;
}

export interface ApiClient {
  readonly name: string;
  readonly createdAt: Millis;
}

/**
 * The clients that were added by command; those that the environment names are beside them.
 * @throws {LedgerUnavailable} each of them, where the database cannot do it now
 */
export interface ApiClients {
  /** By name. */
  clients(): Promise<readonly ApiClient[]>;
  /** Every live key, the oldest first. */
  keys(): Promise<readonly ApiKeyRecord[]>;
  add(name: string, now: Millis): Promise<'added' | 'exists'>;
  /** `full`: the client has two already. */
  addKey(key: Omit<ApiKeyRecord, 'lastUsedDay'>): Promise<'added' | 'unknown' | 'full'>;
  revokeKey(client: string, prefix: string): Promise<'revoked' | 'unknown'>;
  /** With its keys. Its transactions stay on record, under its name. */
  remove(name: string): Promise<'removed' | 'unknown'>;
  /** @param day `YYYY-MM-DD` */
  noteUse(hash: Uint8Array, day: string): Promise<void>;
}
