import { retryFailed } from '../../../domain/decisions/retry.ts';
import type { Decision } from '../../../domain/decisions/decision.ts';
import type { Millis } from '../../../domain/primitives.ts';
import { applyChanges, type RequestChanges, type TransactionRequest } from '../../../domain/transaction/request.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import type { AuditEntry, ChangeSet, NewRevision } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { TransactionView } from '../../ports/views.ts';
import type { Actor, CommandResult } from '../inbound.ts';
import { currentOf } from '../run-command.ts';
import { differencesOf } from './differences.ts';
import { notRetried } from './not-retried.ts';

/** What is asked for one failed row, by one call or as one of a job. */
export interface RetryOrder {
  readonly actor: Actor;
  readonly reason: string;
  readonly changes: RequestChanges & { readonly validUntil?: Millis | null };
  /** Stands in the audit entry beside what was changed, as the id of the job that it was one of. */
  readonly note?: Readonly<Record<string, unknown>>;
}

export interface DecidedRetry {
  readonly kind: 'decided';
  readonly decision: Decision;
  readonly revision: NewRevision | null;
  readonly audit: AuditEntry;
}
export type RetryVerdict = DecidedRetry | Extract<CommandResult, { kind: 'illegal' | 'invalid' }>;

/** The one place that says what a retry makes of a row, or why it is refused. `view` is read after `transaction`. */
export function decideRetry(
  order: RetryOrder,
  transaction: Transaction,
  view: Pick<TransactionView, 'request' | 'metadata' | 'idempotencyKey'>,
  now: Millis,
): RetryVerdict {
  const { actor, reason, changes } = order;
  const validUntil = changes.validUntil === undefined ? transaction.validUntil : changes.validUntil;
  const { validUntil: _, ...fields } = changes;
  const request = applyChanges(view.request, fields);
  const differences = differencesOf(view.request, request, transaction.validUntil, validUntil);
  const edited = Object.keys(differences).some((name) => name !== 'validUntil');
  // A failed row was never mined, so its revision is the newest on record.
  const revision = edited ? transaction.revision + 1 : transaction.revision;
  const changed = Object.keys(differences).length > 0;
  const decision = retryFailed(
    transaction,
    { revision, validUntil, now },
    { reason, ...(changed ? { changes: differences } : {}) },
  );
  if (decision === null)
    return { kind: 'illegal', current: currentOf(transaction), message: notRetried(transaction, now) };
  if (validUntil !== null && validUntil <= now)
    return { kind: 'invalid', path: 'changes.validUntil', message: 'validUntil has passed: give a later one' };
  const problem = contradiction(request);
  if (problem !== null) return problem;
  const { metadata, idempotencyKey } = view;
  const detail = { ...order.note, ...differences };
  return {
    kind: 'decided',
    decision,
    revision: edited
      ? {
          transactionId: transaction.id,
          number: revision,
          author: actor.name,
          reason,
          content: { request, metadata, idempotencyKey },
        }
      : null,
    audit: {
      actor: actor.name,
      action: edited ? 'edit_and_retry' : 'retry',
      transactionId: transaction.id,
      reason,
      detail: Object.keys(detail).length > 0 ? detail : null,
      requestId: actor.requestId,
    },
  };
}

/** Everything that must be written with these retries, in one commit. */
export const retryChanges = (retries: readonly DecidedRetry[], actor: Actor, now: Millis): ChangeSet => ({
  step: 'retry',
  at: now,
  ...changesOf(
    retries.map(({ decision }) => decision),
    actor.name,
  ),
  revisions: retries.flatMap(({ revision }) => revision ?? []),
  audit: retries.map(({ audit }) => audit),
});

function contradiction(request: TransactionRequest): Extract<CommandResult, { kind: 'invalid' }> | null {
  const { maxFeePerGasWei: cap, maxPriorityFeePerGasWei: tip } = request;
  if (cap === null || tip === null || tip <= cap) return null;
  return { kind: 'invalid', path: 'changes.maxPriorityFeePerGas', message: 'is above maxFeePerGas' };
}
