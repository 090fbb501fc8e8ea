import type { AuditView, Page } from '../../../../application/ports/views.ts';
import type { TransactionId } from '../../../../domain/primitives.ts';
import { auditPlace } from '../content.ts';
import { openObjects, openTexts, type Slot } from './open-all.ts';
import type { Raw, Reading } from './reading.ts';

/** Who did what, newest first. `before`: the id after which the page begins. */
export async function auditPage(reading: Reading, limit: number, before: string | null): Promise<Page<AuditView>> {
  const query = reading
    .knex('audit')
    .orderBy('sequence', 'desc')
    .limit(limit + 1);
  if (before !== null) void query.where('sequence', '<', Number(before));
  const rows = await query.select<Raw[]>();
  const shown = rows.slice(0, limit);
  const slots = (column: string): readonly Slot[] =>
    shown.map((row) => ({ sealed: row[column] as Uint8Array | null, context: auditPlace(column, row) }));
  const reasons = await openTexts(reading.cipher, slots('reason'));
  const details = await openObjects(reading.cipher, slots('detail'));
  const items = shown.map((row, i): AuditView => ({
    id: String(row['sequence']),
    at: row['at'] as number,
    actor: row['actor'] as string,
    action: row['action'] as string,
    transactionId: row['transaction_id'] as TransactionId | null,
    reason: reasons[i] ?? null,
    detail: details[i] ?? null,
    requestId: row['request_id'] as string | null,
  }));
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? { createdAt: last.at, id: last.id } : null };
}
