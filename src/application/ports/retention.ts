import type { Millis } from '../../domain/primitives.ts';

/** What a purge goes through, in this order; each by an index of its own. */
export const PURGE_KINDS = [
  'confirmed',
  'reverted',
  'cancelled',
  'expired',
  'failed',
  'fillers',
  'resolvedFailures',
  'bulkJobs',
] as const;
export type PurgeKind = (typeof PURGE_KINDS)[number];

/** After the last row that was looked at, oldest first. */
export interface PurgePlace {
  readonly at: Millis;
  readonly id: string;
}

export interface PurgePage {
  readonly kind: PurgeKind;
  /** Only what has not changed since then. */
  readonly before: Millis;
  readonly after: PurgePlace | null;
  /** So many rows are looked at. */
  readonly limit: number;
}

export interface PurgedPage {
  /** How many transactions, fillers, failures or bulk jobs, with all that belongs to them. */
  readonly forgotten: number;
  /** Null: there are no more. */
  readonly next: PurgePlace | null;
}

/**
 * The door by which old rows leave the record. What may leave is decided in the commit that deletes it; a live attempt, a held nonce and an
 * open failure keep everything that belongs to them. Audit entries stay.
 */
export interface Retention {
  /** One short commit. */
  forget(page: PurgePage): Promise<PurgedPage>;
  /** The same without deleting. */
  count(page: PurgePage): Promise<PurgedPage>;
}
