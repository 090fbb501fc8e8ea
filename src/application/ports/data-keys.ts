export interface DataKeyRecord {
  readonly id: number;
  /** `envelope`: seals fields, one active at a time; `index`: blind indexes, never rotated in place. */
  readonly purpose: 'envelope' | 'index';
  readonly state: 'active' | 'retired';
  /** Which key-encryption key wrapped it: the first 16 hex digits of its SHA-256, or a KMS key id. */
  readonly wrappingKeyId: string;
  readonly wrapped: Uint8Array;
  readonly createdAt: number;
}

/** Wrapped data keys as rows, shared by all processes of a database. */
export interface DataKeys {
  all(): Promise<readonly DataKeyRecord[]>;
  /** Adds the first active key of its purpose; where another process was faster, theirs stands and is returned. */
  add(key: Omit<DataKeyRecord, 'id' | 'state'>): Promise<DataKeyRecord>;
}
