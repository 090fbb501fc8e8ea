import type { AuditEntry, ChangeSet, FailureChange } from '../../../../application/change-set.ts';
import type { Columns } from '../dialect/dialect.ts';
import { json, utf8 } from '../content.ts';
import type { Sealing } from './sealing.ts';
import type { Part, Row } from './writing.ts';

const EVENT = {
  transaction_id: 'text',
  at: 'integer',
  type: 'text',
  from_status: 'text',
  to_status: 'text',
  actor: 'text',
  detail: 'blob',
} as const satisfies Columns;

export const events: Part = (changes, sealing) => {
  const items = changes.events ?? [];
  if (items.length === 0) return null;
  const rows = items.map((event): Row => {
    const row: Row = {
      transaction_id: event.transactionId,
      at: changes.at,
      type: event.type,
      from_status: event.from,
      to_status: event.to,
      actor: event.actor,
      detail: null,
    };
    sealing.add(
      { table: 'events', column: 'detail', rowId: event.transactionId },
      event.detail && json(event.detail),
      (blob) => {
        row['detail'] = blob;
      },
    );
    return row;
  });
  return async (writing) => {
    await writing.run(
      writing.dialect.insertRows('events', EVENT),
      rows.filter((row) => !writing.notCreated.has(row['transaction_id'] as string)),
    );
  };
};

const OPENED = {
  transaction_id: 'text',
  state: 'text',
  code: 'text',
  message: 'blob',
  node_message: 'blob',
  opened_at: 'integer',
} as const satisfies Columns;

/** The dedicated table of failures (requirement R8): one row a transaction, its newest failure. */
export const failures: Part = (changes, sealing) => {
  const items = changes.failures ?? [];
  if (items.length === 0) return null;
  const opened = items.flatMap((item) => (item.kind === 'opened' ? [openedRow(item, changes, sealing)] : []));
  const states = items.flatMap((item): Row[] => {
    if (item.kind === 'resolved')
      return [{ transaction_id: item.transactionId, state: 'resolved', resolved_at: changes.at }];
    return item.kind === 'reopened' ? [{ transaction_id: item.transactionId, state: 'open', resolved_at: null }] : [];
  });
  return async (writing) => {
    const { dialect } = writing;
    await writing.run(dialect.deleteRows('failures', { transaction_id: 'text' }), opened);
    await writing.run(dialect.insertRows('failures', OPENED), opened);
    await writing.run(
      dialect.updateRows('failures', { transaction_id: 'text' }, { state: 'text', resolved_at: 'integer' }),
      states,
    );
  };
};

function openedRow(item: Extract<FailureChange, { kind: 'opened' }>, changes: ChangeSet, sealing: Sealing): Row {
  const row: Row = {
    transaction_id: item.transactionId,
    state: 'open',
    code: item.code,
    message: null,
    node_message: null,
    opened_at: changes.at,
  };
  sealing.add({ table: 'failures', column: 'message', rowId: item.transactionId }, utf8(item.message), (blob) => {
    row['message'] = blob;
  });
  const nodeMessage = item.nodeMessage === null ? null : utf8(item.nodeMessage);
  sealing.add({ table: 'failures', column: 'node_message', rowId: item.transactionId }, nodeMessage, (blob) => {
    row['node_message'] = blob;
  });
  return row;
}

const AUDIT = {
  at: 'integer',
  actor: 'text',
  action: 'text',
  transaction_id: 'text',
  reason: 'blob',
  detail: 'blob',
  request_id: 'text',
} as const satisfies Columns;

export const audit: Part = (changes, sealing) => {
  const entries = changes.audit ?? [];
  if (entries.length === 0) return null;
  const rows = entries.map((entry): Row => auditRow(entry, changes, sealing));
  return async (writing) => {
    await writing.run(writing.dialect.insertRows('audit', AUDIT), rows);
  };
};

function auditRow(entry: AuditEntry, changes: ChangeSet, sealing: Sealing): Row {
  const row: Row = {
    at: changes.at,
    actor: entry.actor,
    action: entry.action,
    transaction_id: entry.transactionId,
    reason: null,
    detail: null,
    request_id: entry.requestId,
  };
  const rowId = entry.transactionId ?? entry.actor;
  sealing.add(
    { table: 'audit', column: 'reason', rowId },
    entry.reason === null ? null : utf8(entry.reason),
    (blob) => {
      row['reason'] = blob;
    },
  );
  sealing.add({ table: 'audit', column: 'detail', rowId }, entry.detail && json(entry.detail), (blob) => {
    row['detail'] = blob;
  });
  return row;
}
