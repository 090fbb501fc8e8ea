import type { Knex } from 'knex';
import type { ChangeSet } from '../../../../application/change-set.ts';
import type { AcceptOutcome } from '../../../../application/ports/ledger.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Sealing } from './sealing.ts';

export type Row = Record<string, string | number | null>;

/** One commit under way. */
export interface Writing {
  readonly transaction: Knex.Transaction;
  readonly dialect: Dialect;
  readonly accepted: AcceptOutcome[];
  /** Ids of `accepted` that were on record before: nothing else of this change set is about them. */
  readonly notCreated: Set<string>;
  /** Runs a hot statement over the rows as one JSON array and gives how many rows it changed; no rows, no statement. */
  run(sql: string, rows: readonly object[]): Promise<number>;
  select(sql: string, rows: readonly object[]): Promise<readonly Record<string, unknown>[]>;
}

export type Writer = (writing: Writing) => Promise<void>;

/** Turns its part of a change set into rows, notes what is to be sealed, and gives what writes them; null where there is nothing. */
export type Part = (changes: ChangeSet, sealing: Sealing) => Writer | null;
