import type { ChangeSet } from './change-set.ts';
import type { Committed, Conflict, Ledger } from './ports/ledger.ts';

/** A round that found nothing to do commits nothing. */
export interface Nothing {
  readonly kind: 'nothing';
}

/** More means that somebody else is at the same rows all the time: then the sweeper comes back to it. */
const ROUNDS = 5;

/** A lost fence ends it at once: another process has the work. */
const BUT_THE_FENCE: readonly Conflict['reason'][] = ['version', 'nonce', 'hash', 'signer', 'cursor', 'live'];

/**
 * Load → decide → commit, once for the whole house (architecture.md). `round` loads afresh and decides; where rows moved between its
 * load and the commit, it is asked again.
 * @param again conflicts that are worth another round
 */
export async function decideAndCommit(
  ledger: Ledger,
  round: () => Promise<ChangeSet | null>,
  again = BUT_THE_FENCE,
): Promise<Committed | Conflict | Nothing> {
  let last: Conflict | Nothing = { kind: 'nothing' };
  for (let i = 0; i < ROUNDS; i++) {
    const changes = await round();
    if (changes === null) return { kind: 'nothing' };
    const result = await ledger.commit(changes);
    if (result.kind === 'committed') return result;
    last = result;
    if (!again.includes(result.reason)) break;
  }
  return last;
}
