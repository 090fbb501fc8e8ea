import type { AttemptView, EventView } from '../../../../application/ports/views.ts';
import type { TransactionId } from '../../../../domain/primitives.ts';
import { attemptPlace, eventPlace } from '../content.ts';
import { openObjects, openTexts } from './open-all.ts';
import type { Raw, Reading } from './reading.ts';

const ATTEMPT = [
  'kind',
  'revision',
  'hash',
  'nonce',
  'max_fee_wei',
  'max_priority_fee_wei',
  'signed_at',
  'published_at',
  'outcome',
  'error_class',
  'error_message',
];

/** All bytes that were ever signed for it, in the order of signing; what they are stays sealed. */
export async function attemptsOf(reading: Reading, id: TransactionId): Promise<readonly AttemptView[]> {
  const rows = await reading
    .knex('attempts')
    .where('holder_id', id)
    .orderBy(['signed_at', 'hash'])
    .select<Raw[]>(ATTEMPT);
  const errors = await openTexts(
    reading.cipher,
    rows.map((row) => ({
      sealed: row['error_message'] as Uint8Array | null,
      context: attemptPlace('error_message', row['hash'] as string),
    })),
  );
  return rows.map((row, i) => ({
    kind: row['kind'] as AttemptView['kind'],
    revision: row['revision'] as number,
    hash: row['hash'] as AttemptView['hash'],
    nonce: row['nonce'] as number,
    maxFeePerGasWei: BigInt(row['max_fee_wei'] as string),
    maxPriorityFeePerGasWei: BigInt(row['max_priority_fee_wei'] as string),
    signedAt: row['signed_at'] as number,
    publishedAt: row['published_at'] as number | null,
    outcome: row['outcome'] as AttemptView['outcome'],
    error: row['error_class'] === null ? null : { class: row['error_class'] as string, message: errors[i] ?? '' },
  }));
}

export async function eventsOf(reading: Reading, id: TransactionId): Promise<readonly EventView[]> {
  const rows = await reading.knex('events').where('transaction_id', id).orderBy('sequence').select<Raw[]>();
  const details = await openObjects(
    reading.cipher,
    rows.map((row) => ({ sealed: row['detail'] as Uint8Array | null, context: eventPlace(row) })),
  );
  return rows.map((row, i) => toEventView(row, details[i] ?? null));
}

export const toEventView = (row: Raw, detail: EventView['detail']): EventView => ({
  id: String(row['sequence']),
  at: row['at'] as number,
  type: row['type'] as string,
  from: row['from_status'] as string | null,
  to: row['to_status'] as string | null,
  actor: row['actor'] as string,
  detail,
});

/** Null where it is not there any more. */
export async function versionOf(reading: Reading, id: TransactionId): Promise<number | null> {
  const row = await reading.knex('transactions').where('id', id).first<{ version: number } | undefined>('version');
  return row?.version ?? null;
}
