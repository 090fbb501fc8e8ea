import type { AuditEntry, ChangeSet, FailureChange } from '../../../../application/change-set.ts';
import type { Columns, Row } from '../dialect/dialect.ts';
import { auditPlace, eventPlace, failurePlace, json, utf8 } from '../content.ts';
import type { Sealing } from './sealing.ts';
import { part } from './writing.ts';

const EVENT = {
  transaction_id: 'text',
  at: 'integer',
  type: 'text',
  from_status: 'text',
  to_status: 'text',
  actor: 'text',
  detail: 'blob',
} as const satisfies Columns;

export const events = part({
  prepare: (changes, sealing) => {
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
      sealing.add(eventPlace(row), event.detail && json(event.detail), (sealed) => {
        row['detail'] = sealed;
      });
      return row;
    });
    return rows;
  },
  write: async (writing, rows) => {
    await writing.insert(
      'events',
      EVENT,
      rows.filter((row) => !writing.notCreated.has(row['transaction_id'] as string)),
    );
  },
});

const OPENED = {
  transaction_id: 'text',
  state: 'text',
  code: 'text',
  message: 'blob',
  node_message: 'blob',
  opened_at: 'integer',
} as const satisfies Columns;

const FAILURE = { transaction_id: 'text' } as const satisfies Columns;
const CLOSED = { closed_at: 'integer', closed_by: 'text', closed_reason: 'blob' } as const satisfies Columns;

/** The dedicated table of failures: one row a transaction, its newest failure. */
export const failures = part({
  prepare: (changes, sealing) => {
    const items = changes.failures ?? [];
    if (items.length === 0) return null;
    const opened = items.flatMap((item) => (item.kind === 'opened' ? [openedRow(item, changes, sealing)] : []));
    const closed = items.flatMap((item) => (item.kind === 'closed' ? [closedRow(item, changes, sealing)] : []));
    const having = (kind: FailureChange['kind'], resolvedAt: number | null): readonly Row[] =>
      items
        .filter((item) => item.kind === kind)
        .map((item) => ({ transaction_id: item.transactionId, resolved_at: resolvedAt }));
    const [resolved, reopened] = [having('resolved', changes.at), having('reopened', null)];
    return { opened, closed, resolved, reopened };
  },
  write: async (writing, { opened, closed, resolved, reopened }) => {
    await writing.delete('failures', FAILURE, opened);
    await writing.insert('failures', OPENED, opened);
    const update = { table: 'failures', keys: FAILURE, sets: { resolved_at: 'integer' } } as const;
    await writing.update({ ...update, also: ["state = 'resolved'"] }, resolved);
    // What a person had closed before stays closed.
    const again = "state = CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END";
    await writing.update({ ...update, also: [again] }, reopened);
    const closedBefore = "failures f ON f.transaction_id = r.transaction_id WHERE f.state = 'closed'";
    for (const row of await writing.join('r.transaction_id', FAILURE, closedBefore, reopened))
      writing.stillClosed.add(row['transaction_id'] as string);
    await writing.update({ ...update, sets: CLOSED, also: ["state = 'closed'"] }, closed);
  },
});

function openedRow(item: Extract<FailureChange, { kind: 'opened' }>, changes: ChangeSet, sealing: Sealing): Row {
  const row: Row = {
    transaction_id: item.transactionId,
    state: 'open',
    code: item.code,
    message: null,
    node_message: null,
    opened_at: changes.at,
  };
  sealing.add(failurePlace('message', item.transactionId), utf8(item.message), (sealed) => {
    row['message'] = sealed;
  });
  const nodeMessage = item.nodeMessage === null ? null : utf8(item.nodeMessage);
  sealing.add(failurePlace('node_message', item.transactionId), nodeMessage, (sealed) => {
    row['node_message'] = sealed;
  });
  return row;
}

function closedRow(item: Extract<FailureChange, { kind: 'closed' }>, changes: ChangeSet, sealing: Sealing): Row {
  const row: Row = { transaction_id: item.transactionId, closed_at: changes.at, closed_by: item.by };
  sealing.add(failurePlace('closed_reason', item.transactionId), utf8(item.reason), (sealed) => {
    row['closed_reason'] = sealed;
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

export const audit = part({
  prepare: (changes, sealing) => {
    const entries = changes.audit ?? [];
    if (entries.length === 0) return null;
    const rows = entries.map((entry): Row => auditRow(entry, changes, sealing));
    return rows;
  },
  write: async (writing, rows) => {
    await writing.insert('audit', AUDIT, rows);
  },
});

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
  sealing.add(auditPlace('reason', row), entry.reason === null ? null : utf8(entry.reason), (sealed) => {
    row['reason'] = sealed;
  });
  sealing.add(auditPlace('detail', row), entry.detail && json(entry.detail), (sealed) => {
    row['detail'] = sealed;
  });
  return row;
}
