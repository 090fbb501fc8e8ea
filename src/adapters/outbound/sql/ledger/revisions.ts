import type { FieldCipher } from '../../../../application/ports/field-cipher.ts';
import type { ChangeSet } from '../../../../application/change-set.ts';
import type { Columns } from '../dialect/dialect.ts';
import { blobText, encodeContent, utf8 } from '../content.ts';
import type { Sealing } from './sealing.ts';
import type { Row, Writer } from './writing.ts';

const REVISION = {
  transaction_id: 'text',
  number: 'integer',
  author: 'text',
  reason: 'blob',
  content: 'blob',
  created_at: 'integer',
} as const satisfies Columns;

/** An operator's edits. The recipient's blind index on the transaction follows the newest one; older content stays on record. */
export async function revisions(changes: ChangeSet, sealing: Sealing, cipher: FieldCipher): Promise<Writer | null> {
  const edits = changes.revisions ?? [];
  if (edits.length === 0) return null;
  const recipients = await cipher.blindIndex(
    'to',
    edits.map((edit) => edit.content.request.to ?? ''),
  );
  const found = edits.map((edit, i): Row => ({
    id: edit.transactionId,
    to_index: edit.content.request.to === null ? null : blobText(recipients[i] as Uint8Array),
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
    const rowId = `${edit.transactionId}/${edit.number}`;
    sealing.add({ table: 'revisions', column: 'content', rowId }, encodeContent(edit.content), (blob) => {
      row['content'] = blob;
    });
    sealing.add({ table: 'revisions', column: 'reason', rowId }, utf8(edit.reason), (blob) => {
      row['reason'] = blob;
    });
    return row;
  });
  return async (writing) => {
    await writing.run(writing.dialect.insertRows('revisions', REVISION), rows);
    await writing.run(writing.dialect.updateRows('transactions', { id: 'text' }, { to_index: 'blob' }), found);
  };
}
