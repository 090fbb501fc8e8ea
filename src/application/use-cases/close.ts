import { closeFailed } from '../../domain/decisions/close.ts';
import type { Transaction } from '../../domain/transaction/transaction.ts';
import type { ChangeSet } from '../change-set.ts';
import { changesOf } from '../changes-of.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Views } from '../ports/views.ts';
import type { Work } from '../ports/work.ts';
import type { CloseFailure, CommandResult } from './inbound.ts';
import { currentOf, runCommand } from './run-command.ts';

export interface CloseParts {
  readonly work: Work;
  readonly views: Views;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

type Command = Parameters<CloseFailure['close']>[0];

/** A failure leaves the open ones: its letter goes, its status stays. */
export class Close implements CloseFailure {
  constructor(private readonly parts: CloseParts) {}

  close(command: Command): Promise<CommandResult> {
    return runCommand(this.parts, command, (transaction) => this.round(command, transaction));
  }

  private async round(command: Command, transaction: Transaction): Promise<ChangeSet | CommandResult> {
    const [view] = await this.parts.views.many([command.id]);
    const refused = (message: string): CommandResult => ({
      kind: 'illegal',
      current: currentOf(transaction),
      message: `only an open failure can be closed; ${message}`,
    });
    const decision = closeFailed(transaction, { reason: command.reason });
    if (decision === null) return refused(`this transaction is ${transaction.status}`);
    // The first one's reason is the one on record: a second that was answered like it would believe its own to be.
    const closed = view?.closed ?? null;
    if (closed !== null) return refused(`this one was closed by ${closed.by} at ${new Date(closed.at).toISOString()}`);
    const { id, reason, actor } = command;
    return {
      step: 'close',
      at: this.parts.clock.now(),
      ...changesOf([decision], actor.name),
      failures: [{ kind: 'closed', transactionId: id, by: actor.name, reason }],
      letters: [{ kind: 'remove', transactionId: id }],
      audit: [
        {
          actor: actor.name,
          action: 'close',
          transactionId: id,
          reason,
          detail: null,
          requestId: actor.requestId,
        },
      ],
    };
  }
}
