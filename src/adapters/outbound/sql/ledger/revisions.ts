import type { Columns, Row } from '../dialect/dialect.ts';
import { encodeContent, revisionPlace, utf8 } from '../content.ts';
import { part } from './writing.ts';

const REVISION = {
  transaction_id: 'text',
  number: 'integer',
  author: 'text',
  reason: 'blob',
  content: 'blob',
  created_at: 'integer',
} as const satisfies Columns;

/** An operator's edits. The recipient's blind index on the transaction follows the newest one; older content stays on record. */
export const revisions = part({
  prepare: async (changes, sealing, cipher) => {
    const edits = changes.revisions ?? [];
    if (edits.length === 0) return null;
    const recipients = await cipher.blindIndex(
      'to',
      edits.map((edit) => edit.content.request.to ?? ''),
    );
    const found = edits.map((edit, i): Row => ({
      id: edit.transactionId,
      to_index: edit.content.request.to === null ? null : (recipients[i] as Uint8Array),
    }));
    const rows = edits.map((edit): Row => {
      const row: Row = {
        transaction_id: edit.transactionId,
        number: edit.number,
        author: edit.author,
        reason: null,
        content: null,
        created_at: changes.at,
      };
      const place = (column: string) => revisionPlace(column, edit.transactionId, edit.number);
      sealing.add(place('content'), encodeContent(edit.content), (sealed) => {
        row['content'] = sealed;
      });
      sealing.add(place('reason'), utf8(edit.reason), (sealed) => {
        row['reason'] = sealed;
      });
      return row;
    });
    return { rows, found };
  },
  write: async (writing, { rows, found }) => {
    await writing.insert('revisions', REVISION, rows);
    await writing.update({ table: 'transactions', keys: { id: 'text' }, sets: { to_index: 'blob' } }, found);
  },
});
