import { cancelUnsigned } from '../../domain/decisions/cancel.ts';
import type { Transaction } from '../../domain/transaction/transaction.ts';
import { changesOf } from '../changes-of.ts';
import type { ChangeSet } from '../change-set.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Views } from '../ports/views.ts';
import { isRestored, type Work } from '../ports/work.ts';
import type { CancelTransaction, CommandResult } from './inbound.ts';
import { currentOf, runCommand } from './run-command.ts';

export interface CancelParts {
  readonly work: Work;
  readonly views: Views;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

type Command = Parameters<CancelTransaction['cancel']>[0];

/** Cancel before signing. Against a signature that is being made, the version decides (docs/rules.md, "Cancel versus sign"). */
export class Cancel implements CancelTransaction {
  constructor(private readonly parts: CancelParts) {}

  async cancel(command: Command): Promise<CommandResult> {
    // Another client's transaction is not there for this one.
    const owned = command.client === null || (await this.parts.views.one(command.id, command.client)) !== null;
    if (!owned) return { kind: 'notFound' };
    return runCommand(this.parts, command, (transaction) => this.round(command, transaction));
  }

  private async round(command: Command, transaction: Transaction): Promise<ChangeSet | CommandResult> {
    if (command.client !== null && (await this.isInDoubt(transaction)))
      return {
        kind: 'illegal',
        current: currentOf(transaction),
        message:
          'the service goes on from a backup, and whether this was sent after it is being found out: ask again when that is settled',
      };
    const decision = cancelUnsigned(transaction, command.reason === null ? null : { reason: command.reason });
    if (decision === null) {
      return {
        kind: 'illegal',
        current: currentOf(transaction),
        message: `only a queued transaction of which nothing can be mined can be cancelled; ${notCancelled(transaction)}`,
      };
    }
    const { name, requestId } = command.actor;
    return {
      step: 'cancel',
      at: this.parts.clock.now(),
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

  /** An operator may decide; a client would take it for sure that nothing was paid. */
  private async isInDoubt({ chainId, signer }: Transaction): Promise<boolean> {
    const signers = await this.parts.work.signers(chainId);
    return signers.some((row) => row.key.address === signer && isRestored(row));
  }
}

/** Why not, and what is possible instead. */
function notCancelled({ status, liveNonce }: Transaction): string {
  if (liveNonce !== null)
    return 'it is signed, and its bytes may yet be mined. Follow it until `settled` is true: if it is queued again without them, it can be cancelled then';
  return status === 'failed' ? 'it is failed: an operator can retry it or leave it alone' : `it is ${status}`;
}
