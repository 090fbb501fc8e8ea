import type { FieldContext } from '../../../application/ports/field-cipher.ts';
import { attemptPlace, auditPlace, eventPlace, failurePlace, jobPlace, revisionPlace } from './content.ts';

type StoredRow = Readonly<Record<string, unknown>>;

/** A column that holds envelopes. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The table's primary key, in its order. */
  readonly key: readonly string[];
  /** Further columns that `place` reads. */
  readonly names: readonly string[];
  readonly place: (row: StoredRow) => FieldContext;
}

const revision = (column: string): SealedColumn => ({
  table: 'revisions',
  column,
  key: ['transaction_id', 'number'],
  names: [],
  place: (row) => revisionPlace(column, String(row['transaction_id']), Number(row['number'])),
});
const attempt = (column: string): SealedColumn => ({
  table: 'attempts',
  column,
  key: ['hash'],
  names: [],
  place: (row) => attemptPlace(column, String(row['hash'])),
});
const failure = (column: string): SealedColumn => ({
  table: 'failures',
  column,
  key: ['transaction_id'],
  names: [],
  place: (row) => failurePlace(column, String(row['transaction_id'])),
});
const audit = (column: string): SealedColumn => ({
  table: 'audit',
  column,
  key: ['sequence'],
  names: ['actor', 'action', 'at', 'transaction_id'],
  place: (row) => auditPlace(column, row),
});

const job = (column: string): SealedColumn => ({
  table: 'bulk_jobs',
  column,
  key: ['id'],
  names: [],
  place: (row) => jobPlace(column, String(row['id'])),
});

/** All of them: what is not here would keep an old data key in use unseen (a test holds it to the migrations). */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  revision('content'),
  revision('reason'),
  attempt('raw'),
  attempt('error_message'),
  {
    table: 'events',
    column: 'detail',
    key: ['sequence'],
    names: ['transaction_id', 'at', 'type'],
    place: eventPlace,
  },
  failure('message'),
  failure('node_message'),
  failure('closed_reason'),
  audit('reason'),
  audit('detail'),
  job('reason'),
  job('filter'),
];
