import type { TransactionId } from '../../domain/primitives.ts';
import type { ChangeSet } from '../change-set.ts';
import { decideAndCommit } from '../decide-and-commit.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Work } from '../ports/work.ts';
import type { CommandResult } from './inbound.ts';

interface CommandParts {
  readonly work: Pick<Work, 'transactions'>;
  readonly ledger: Ledger;
}

/** A person's or a client's command on one transaction: what `round` decides is committed, or its refusal is the answer. */
export async function runCommand(
  { work, ledger }: CommandParts,
  id: TransactionId,
  round: () => Promise<ChangeSet | CommandResult>,
): Promise<CommandResult> {
  let refused = null as CommandResult | null; // as the rounds assign it, which the compiler cannot see
  const outcome = await decideAndCommit(ledger, async () => {
    const result = await round();
    refused = 'kind' in result ? result : null;
    return 'kind' in result ? null : result;
  });
  if (refused !== null) return refused;
  if (outcome.kind === 'committed') return { kind: 'done', id };
  const current = (await work.transactions([id])).get(id);
  return current === undefined ? { kind: 'notFound' } : { kind: 'versionConflict', current };
}
