import type { RetryCause } from '../../../domain/retry/retry-cause.ts';
import type { Address, BlockHash, ChainId, TransactionId, TxHash } from '../../../domain/primitives.ts';
import type { AttemptKind } from '../../../domain/transaction/attempt.ts';
import type { FailureCode } from '../../../domain/transaction/failure.ts';
import type {
  Broadcast,
  Included,
  Inclusion,
  Queued,
  Signed,
  Status,
  Transaction,
} from '../../../domain/transaction/transaction.ts';
import type { Columns } from './dialect/dialect.ts';

/** The columns that a move may change. */
export const LIFECYCLE_COLUMNS = {
  status: 'text',
  revision: 'integer',
  held_nonce: 'integer',
  live_nonce: 'integer',
  attempt_hash: 'text',
  cancel_requested: 'integer',
  valid_until: 'integer',
  retry_count: 'integer',
  due_at: 'integer',
  last_error: 'text',
  included_from: 'text',
  block_number: 'integer',
  block_hash: 'text',
  mined_hash: 'text',
  mined_kind: 'text',
  mined_revision: 'integer',
  failure_code: 'text',
} as const satisfies Columns;

export const STATE_COLUMNS: readonly string[] = [
  'id',
  'chain_id',
  'signer',
  'version',
  ...Object.keys(LIFECYCLE_COLUMNS),
];
/** The same with a table's name before each, for joins. */
export const stateColumnsOf = (table: string): readonly string[] => STATE_COLUMNS.map((column) => `${table}.${column}`);

export type LifecycleRow = { readonly [K in keyof typeof LIFECYCLE_COLUMNS]: string | number | null };

export function toLifecycleRow(t: Transaction): LifecycleRow {
  const inclusion = 'inclusion' in t ? t.inclusion : null;
  return {
    status: t.status,
    revision: t.revision,
    held_nonce: t.heldNonce,
    live_nonce: t.liveNonce,
    attempt_hash: t.attemptHash,
    cancel_requested: t.cancelRequested ? 1 : 0,
    valid_until: t.validUntil,
    retry_count: t.retry.count,
    due_at: t.retry.dueAt,
    last_error: t.retry.lastError,
    included_from: t.status === 'included' ? t.includedFrom : null,
    block_number: inclusion?.block.number ?? null,
    block_hash: inclusion?.block.hash ?? null,
    mined_hash: inclusion?.hash ?? null,
    mined_kind: inclusion?.kind ?? null,
    mined_revision: inclusion?.revision ?? null,
    failure_code: 'failureCode' in t ? t.failureCode : null,
  };
}

/** The state as a row of STATE_COLUMNS holds it. Throws on a row that no transition could have made: a bug, or a database edited by hand. */
export function toTransaction(row: Readonly<Record<string, unknown>>): Transaction {
  const status = row['status'] as Status;
  const heldNonce = row['held_nonce'] as number | null;
  // One literal for nearly all rows that are read: spreading another one into it would take as long as the read.
  const common = {
    id: row['id'] as TransactionId,
    chainId: row['chain_id'] as ChainId,
    signer: row['signer'] as Address,
    version: row['version'] as number,
    revision: row['revision'] as number,
    cancelRequested: Boolean(row['cancel_requested']),
    validUntil: row['valid_until'] as number | null,
    retry: {
      count: row['retry_count'] as number,
      dueAt: row['due_at'] as number | null,
      lastError: row['last_error'] as RetryCause | null,
    },
    liveNonce: row['live_nonce'] as number | null,
    attemptHash: row['attempt_hash'] as TxHash | null,
    status,
    heldNonce,
  };
  const wrong = (): never => {
    throw new Error(`transaction ${common.id} is ${status} with columns that contradict it`);
  };
  switch (status) {
    case 'queued':
      return common as Queued;
    case 'signed':
    case 'broadcast':
      return heldNonce === null ? wrong() : (common as Signed | Broadcast);
    case 'included':
      return {
        ...common,
        status,
        heldNonce,
        includedFrom: row['included_from'] as Included['includedFrom'],
        inclusion: toInclusion(row) ?? wrong(),
        failureCode: row['failure_code'] as FailureCode | null,
      };
    case 'failed':
      return { ...common, status, heldNonce: null, failureCode: row['failure_code'] as FailureCode };
    case 'confirmed':
    case 'reverted':
    case 'cancelled':
    case 'expired':
      return { ...common, status, heldNonce: null, inclusion: toInclusion(row) };
  }
}

function toInclusion(row: Readonly<Record<string, unknown>>): Inclusion | null {
  if (row['mined_hash'] === null) return null;
  return {
    block: { number: row['block_number'] as number, hash: row['block_hash'] as BlockHash },
    hash: row['mined_hash'] as TxHash,
    kind: row['mined_kind'] as AttemptKind,
    revision: row['mined_revision'] as number,
  };
}
