import { cancelUnsigned } from '../../domain/decisions/cancel.ts';
import { changesOf } from '../changes-of.ts';
import { decideAndCommit } from '../decide-and-commit.ts';
import type { ChangeSet } from '../change-set.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Views } from '../ports/views.ts';
import type { Work } from '../ports/work.ts';
import type { CancelTransaction, CommandResult } from './inbound.ts';

export interface CancelParts {
  readonly work: Work;
  readonly views: Views;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

type Command = Parameters<CancelTransaction['cancel']>[0];

/** Cancel before signing. Against a signature that is being made, the version decides (lifecycle.md, "Cancel versus sign"). */
export class Cancel implements CancelTransaction {
  constructor(private readonly parts: CancelParts) {}

  async cancel(command: Command): Promise<CommandResult> {
    let refused = null as CommandResult | null; // as the rounds assign it, which the compiler cannot see
    const outcome = await decideAndCommit(this.parts.ledger, async () => {
      const round = await this.round(command);
      refused = 'kind' in round ? round : null;
      return 'kind' in round ? null : round;
    });
    if (refused !== null) return refused;
    if (outcome.kind === 'committed') return { kind: 'done', id: command.id };
    const current = (await this.parts.work.transactions([command.id])).get(command.id);
    return current === undefined ? { kind: 'notFound' } : { kind: 'versionConflict', current };
  }

  private async round(command: Command): Promise<ChangeSet | CommandResult> {
    const now = this.parts.clock.now();
    // Another client's transaction is not there for this one.
    const owned = command.client === null || (await this.parts.views.one(command.id, command.client)) !== null;
    const transaction = owned ? (await this.parts.work.transactions([command.id])).get(command.id) : undefined;
    if (transaction === undefined) return { kind: 'notFound' };
    const current = { status: transaction.status, version: transaction.version };
    if (command.expectedVersion !== null && command.expectedVersion !== transaction.version)
      return { kind: 'versionConflict', current };
    const decision = cancelUnsigned(transaction, command.reason === null ? null : { reason: command.reason });
    if (decision === null) {
      const why =
        transaction.liveNonce === null ? `it is ${transaction.status}` : 'it is signed, and its bytes may yet be mined';
      return {
        kind: 'illegal',
        current,
        message: `only a transaction of which nothing is signed can be cancelled; ${why}`,
      };
    }
    const { name, requestId } = command.actor;
    return {
      step: 'cancel',
      at: now,
      ...changesOf([decision], name),
      audit:
        command.client === null
          ? [
              {
                actor: name,
                action: 'cancel',
                transactionId: command.id,
                reason: command.reason,
                detail: null,
                requestId,
              },
            ]
          : [],
    };
  }
}
