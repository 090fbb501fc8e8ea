import { retryFailed } from '../../domain/decisions/retry.ts';
import type { Millis } from '../../domain/primitives.ts';
import { applyChanges, type TransactionRequest } from '../../domain/transaction/request.ts';
import type { Transaction } from '../../domain/transaction/transaction.ts';
import type { ChangeSet } from '../change-set.ts';
import { changesOf } from '../changes-of.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Views } from '../ports/views.ts';
import type { Work } from '../ports/work.ts';
import { canonicalText } from './canonical-text.ts';
import type { CommandResult, RetryTransaction } from './inbound.ts';
import { currentOf, runCommand } from './run-command.ts';

export interface RetryParts {
  readonly work: Work;
  readonly views: Views;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

type Command = Parameters<RetryTransaction['retry']>[0];

/** One click of an operator: a failed transaction anew, with an edit or without. The edit is a revision; the original stays on record. */
export class Retry implements RetryTransaction {
  constructor(private readonly parts: RetryParts) {}

  retry(command: Command): Promise<CommandResult> {
    return runCommand(this.parts, command, (transaction) => this.round(command, transaction));
  }

  private async round(command: Command, transaction: Transaction): Promise<ChangeSet | CommandResult> {
    const now = this.parts.clock.now();
    const view = await this.parts.views.one(command.id);
    if (view === null) return { kind: 'notFound' };
    const validUntil = command.changes.validUntil === undefined ? transaction.validUntil : command.changes.validUntil;
    const { validUntil: _, ...fields } = command.changes;
    const request = applyChanges(view.request, fields);
    const differences = diff(view.request, request, transaction.validUntil, validUntil);
    const edited = Object.keys(differences).some((name) => name !== 'validUntil');
    // A failed row was never mined, so its revision is the newest on record.
    const revision = edited ? transaction.revision + 1 : transaction.revision;
    const decision = retryFailed(
      transaction,
      { revision, validUntil, now },
      { reason: command.reason, ...(Object.keys(differences).length > 0 ? { changes: differences } : {}) },
    );
    if (decision === null)
      return {
        kind: 'illegal',
        current: currentOf(transaction),
        message: notRetried(transaction, now),
      };
    if (validUntil !== null && validUntil <= now)
      return { kind: 'invalid', path: 'changes.validUntil', message: 'validUntil has passed: give a later one' };
    const problem = contradiction(request);
    if (problem !== null) return problem;
    const actor = command.actor.name;
    return {
      step: 'retry',
      at: now,
      ...changesOf([decision], actor),
      revisions: edited
        ? [
            {
              transactionId: command.id,
              number: revision,
              author: actor,
              reason: command.reason,
              content: { request, metadata: view.metadata, idempotencyKey: view.idempotencyKey },
            },
          ]
        : [],
      audit: [
        {
          actor,
          action: edited ? 'edit_and_retry' : 'retry',
          transactionId: command.id,
          reason: command.reason,
          detail: Object.keys(differences).length > 0 ? differences : null,
          requestId: command.actor.requestId,
        },
      ],
    };
  }
}

/** Why it is not retried, and what is possible instead. */
function notRetried({ status, liveNonce, retry }: Transaction, now: Millis): string {
  const only = `only a failed transaction can be retried; this one is ${status}`;
  switch (status) {
    case 'queued': {
      const when = retry.dueAt === null || retry.dueAt <= now ? '' : ` at ${new Date(retry.dueAt).toISOString()}`;
      const goesOn = `${only}: it goes on by itself${when}`;
      return liveNonce === null ? `${goesOn}. To change it, cancel it and send it anew` : goesOn;
    }
    case 'signed':
    case 'broadcast':
    case 'included':
      return `${only}: it goes on by itself`;
    case 'confirmed':
    case 'reverted':
      return `${only}: it was mined; send a new one`;
    case 'cancelled':
    case 'expired':
      return `${only}: it is over; send a new one`;
    case 'failed':
      return 'it cannot be retried as it stands';
  }
}

/** The contract's names of the fields. */
const NAMES: Record<keyof TransactionRequest, string> = {
  to: 'to',
  valueWei: 'value',
  data: 'data',
  gasLimit: 'gasLimit',
  maxFeePerGasWei: 'maxFeePerGas',
  maxPriorityFeePerGasWei: 'maxPriorityFeePerGas',
};

/** `{field: {old, new}}` for what differs, as texts. */
function diff(
  old: TransactionRequest,
  edited: TransactionRequest,
  oldUntil: number | null,
  newUntil: number | null,
): Record<string, unknown> {
  const differences: Record<string, unknown> = {};
  for (const key of Object.keys(NAMES) as (keyof TransactionRequest)[]) {
    if (canonicalText(old[key]) === canonicalText(edited[key])) continue;
    differences[NAMES[key]] = { old: told(old[key]), new: told(edited[key]) };
  }
  if (oldUntil !== newUntil) differences['validUntil'] = { old: time(oldUntil), new: time(newUntil) };
  return differences;
}

const told = (value: TransactionRequest[keyof TransactionRequest]): string | null =>
  typeof value === 'bigint' ? value.toString() : value;
const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function contradiction(request: TransactionRequest): CommandResult | null {
  const { maxFeePerGasWei: cap, maxPriorityFeePerGasWei: tip } = request;
  if (cap === null || tip === null || tip <= cap) return null;
  return { kind: 'invalid', path: 'changes.maxPriorityFeePerGas', message: 'is above maxFeePerGas' };
}
