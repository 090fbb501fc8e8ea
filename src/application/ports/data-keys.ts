import type { Millis } from '../../domain/primitives.ts';

export interface DataKeyRecord {
  readonly id: number;
  /** `envelope`: seals fields, one active at a time; `index`: blind indexes, never rotated in place. */
  readonly purpose: 'envelope' | 'index';
  readonly state: 'active' | 'retired';
  /** Which key-encryption key wrapped it: the first 16 hex digits of its SHA-256, or a KMS key id. */
  readonly wrappingKeyId: string;
  readonly wrapped: Uint8Array;
  readonly createdAt: number;
  /** Reserved, so at least as many as there were. */
  readonly uses: number;
}

export type NewDataKey = Omit<DataKeyRecord, 'id' | 'state' | 'uses'>;

/**
 * Wrapped data keys as rows, shared by all processes of a database.
 * @throws {LedgerUnavailable} each of them, where the database cannot do it now
 */
export interface DataKeys {
  /** In the order in which they were made. */
  all(): Promise<readonly DataKeyRecord[]>;
  /** Adds the first active key of its purpose; where another process was faster, theirs stands and is returned. */
  add(key: NewDataKey): Promise<DataKeyRecord>;
  /** Makes the key the active one in the place of `replaces`; where that is active no more, what is stands and is returned. */
  rotate(key: NewDataKey, replaces: number, now: Millis): Promise<DataKeyRecord>;
  /** Counts uses that are to come: how many that makes; null where the key is active no more, and must not be used. */
  reserve(id: number, uses: number): Promise<number | null>;
  /** The same keys wrapped by another one, all in one commit; says how many. One that was rewrapped meanwhile stays as it is. */
  rewrap(
    keys: readonly (Pick<DataKeyRecord, 'id' | 'wrappingKeyId' | 'wrapped'> & { readonly wrappedBefore: Uint8Array })[],
  ): Promise<number>;
}
