import type { TransactionId } from '../../domain/primitives.ts';
import type { Transaction } from '../../domain/transaction/transaction.ts';
import type { ChangeSet } from '../change-set.ts';
import { decideAndCommit } from '../decide-and-commit.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Work } from '../ports/work.ts';
import type { CommandResult, Current } from './inbound.ts';

interface CommandParts {
  readonly work: Pick<Work, 'transactions'>;
  readonly ledger: Ledger;
}

interface Command {
  readonly id: TransactionId;
  readonly expectedVersions: readonly number[] | null;
}

/**
 * A person's or a client's command on one transaction, if that is there and as the caller saw it: what `round` makes of it is committed, or
 * its refusal is the answer.
 */
export async function runCommand(
  { work, ledger }: CommandParts,
  { id, expectedVersions }: Command,
  round: (transaction: Transaction) => ChangeSet | CommandResult | Promise<ChangeSet | CommandResult>,
): Promise<CommandResult> {
  const load = async (): Promise<Transaction | undefined> => (await work.transactions([id])).get(id);
  const decide = async (): Promise<ChangeSet | CommandResult> => {
    const transaction = await load();
    if (transaction === undefined) return { kind: 'notFound' };
    if (expectedVersions !== null && !expectedVersions.includes(transaction.version))
      return versionConflict(transaction);
    return round(transaction);
  };
  let refused = null as CommandResult | null; // as the rounds assign it, which the compiler cannot see
  const outcome = await decideAndCommit(ledger, async () => {
    const result = await decide();
    refused = 'kind' in result ? result : null;
    return 'kind' in result ? null : result;
  });
  if (refused !== null) return refused;
  if (outcome.kind === 'committed') return { kind: 'done', id };
  const current = await load();
  return current === undefined ? { kind: 'notFound' } : versionConflict(current);
}

export const currentOf = ({ status, version }: Transaction): Current => ({ status, version });

const versionConflict = (transaction: Transaction): CommandResult => ({
  kind: 'versionConflict',
  current: currentOf(transaction),
});
