import type { Transaction } from '../../domain/transaction/transaction.ts';
import type { ChangeSet } from '../change-set.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Views } from '../ports/views.ts';
import type { Work } from '../ports/work.ts';
import type { CommandResult, RetryTransaction } from './inbound.ts';
import { decideRetry, retryChanges } from './retry/decide-retry.ts';
import { runCommand } from './run-command.ts';

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
    const [view] = await this.parts.views.many([command.id]);
    if (view === undefined) return { kind: 'notFound' };
    const verdict = decideRetry(command, transaction, view, now);
    return verdict.kind === 'decided' ? retryChanges([verdict], command.actor, now) : verdict;
  }
}
