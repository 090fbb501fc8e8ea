import type { FailureCode } from '../../../../domain/transaction/failure.ts';
import type { RetryCause } from '../../../../domain/retry/retry-cause.ts';
import type { RevisionContent } from '../../../../application/change-set.ts';
import type { TransactionView } from '../../../../application/ports/views.ts';
import type { BlockHash, BlockRef, TransactionId, TxHash } from '../../../../domain/primitives.ts';
import { isSettled } from '../../../../domain/transaction/transaction.ts';
import { failurePlace } from '../content.ts';
import { stateColumnsOf } from '../transaction-row.ts';
import { openTexts, type Slot } from './open-all.ts';
import type { Raw, Reading } from './reading.ts';
import { openContents } from './rows.ts';

const COLUMNS = [
  ...stateColumnsOf('t'),
  't.client',
  't.created_at',
  't.updated_at',
  'r.content',
  'o.content as original_content',
  'a.nonce as attempt_nonce',
  'f.message',
  'f.node_message',
  'f.closed_at',
  'f.closed_by',
  'f.closed_reason',
];
const JOINS = `transactions t ON t.id = w.id
  JOIN revisions r ON r.transaction_id = t.id AND r.number = t.revision
  LEFT JOIN revisions o ON o.transaction_id = t.id AND o.number = 0 AND t.revision <> 0
  LEFT JOIN attempts a ON a.hash = coalesce(t.mined_hash, t.attempt_hash)
  LEFT JOIN failures f ON f.transaction_id = t.id AND t.status = 'failed'
  WHERE w.client IS NULL OR w.client = t.client`;
/** Sealed texts of a row's failure. */
const TEXTS = ['message', 'node_message', 'closed_reason'] as const;

/** What people see of these rows, in no order. `client`: of its own only. Opens envelopes of the rows shown and of no others. */
export async function viewsOf(
  reading: Reading,
  ids: readonly TransactionId[],
  client: string | null,
): Promise<ReadonlyMap<TransactionId, TransactionView>> {
  const list = [...new Set(ids)].map((id) => ({ id, client }));
  const rows = await reading.join(COLUMNS, { id: 'text', client: 'text' }, JOINS, list);
  const edited = rows.filter((row) => row['original_content'] !== null);
  const contents = await openContents(reading.cipher, [
    ...rows.map((row) => envelope(row, row['revision'] as number, 'content')),
    ...edited.map((row) => envelope(row, 0, 'original_content')),
  ]);
  const originals = new Map(edited.map((row, i) => [row, contents[rows.length + i] as RevisionContent]));
  const texts = await openTexts(reading.cipher, rows.flatMap(slotsOf));
  const views = rows.map((row, i) => {
    const content = contents[i] as RevisionContent;
    return toView(row, content, originals.get(row) ?? content, texts.slice(i * TEXTS.length, (i + 1) * TEXTS.length));
  });
  return new Map(views.map((view) => [view.id, view]));
}

const envelope = (row: Raw, number: number, column: string) => ({
  id: row['id'] as string,
  number,
  content: row[column] as Uint8Array,
});

const slotsOf = (row: Raw): readonly Slot[] =>
  TEXTS.map((column) => ({
    sealed: row[column] as Uint8Array | null,
    context: failurePlace(column, row['id'] as string),
  }));

/** Columns that are shown as they are stored. */
function plainColumns(row: Raw) {
  return {
    id: row['id'] as TransactionView['id'],
    client: row['client'] as string,
    version: row['version'] as number,
    status: row['status'] as TransactionView['status'],
    chainId: row['chain_id'] as TransactionView['chainId'],
    from: row['signer'] as TransactionView['from'],
    cancelRequested: Boolean(row['cancel_requested']),
    revision: row['revision'] as number,
    validUntil: row['valid_until'] as number | null,
    createdAt: row['created_at'] as number,
    updatedAt: row['updated_at'] as number,
  };
}

function toView(
  row: Raw,
  content: RevisionContent,
  original: RevisionContent,
  [message, nodeMessage, closedReason]: readonly (string | null)[],
): TransactionView {
  const plain = plainColumns(row);
  const mined = row['mined_hash'] !== null;
  return {
    ...plain,
    request: content.request,
    nonce: (mined ? row['attempt_nonce'] : (row['held_nonce'] ?? row['attempt_nonce'])) as number | null,
    hash: (row['mined_hash'] ?? row['attempt_hash']) as TxHash | null,
    retry: {
      count: row['retry_count'] as number,
      dueAt: row['due_at'] as number | null,
      lastError: row['last_error'] as RetryCause | null,
    },
    failure:
      plain.status === 'failed'
        ? { code: row['failure_code'] as FailureCode, message: message ?? '', nodeMessage: nodeMessage ?? null }
        : null,
    settled: isSettled({ status: plain.status, liveNonce: row['live_nonce'] as number | null }),
    closed:
      row['closed_at'] === null
        ? null
        : { at: row['closed_at'] as number, by: row['closed_by'] as string, reason: closedReason ?? '' },
    block: blockOf(row),
    metadata: original.metadata,
    idempotencyKey: original.idempotencyKey,
  };
}

const blockOf = (row: Raw): BlockRef | null =>
  row['block_hash'] === null ? null : { number: row['block_number'] as number, hash: row['block_hash'] as BlockHash };
