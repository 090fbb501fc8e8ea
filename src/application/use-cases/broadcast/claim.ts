import { wait, type Decision } from '../../../domain/decisions/decision.ts';
import type { Millis } from '../../../domain/primitives.ts';
import { nextRetryAt } from '../../../domain/retry/schedule.ts';
import type { ChangeSet, FillerMove } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { BroadcastRow } from '../../ports/work.ts';
import type { BroadcastParts, Checked } from './broadcast-parts.ts';

/**
 * "Sending since T", durable before the first byte leaves: a crash from here on is found by its due time. Gives those that may be sent, with
 * their rows as they are by then.
 */
export async function claim(
  parts: BroadcastParts,
  checked: readonly Checked[],
  now: Millis,
): Promise<readonly Checked[]> {
  const { policy, random } = parts;
  const claimed: Checked[] = [];
  const changes = (some: readonly Checked[]): ChangeSet => {
    const decisions: Decision[] = [];
    const fillers: FillerMove[] = [];
    claimed.length = 0;
    for (const one of some) {
      const { row } = one;
      if (row.holder === 'filler') {
        const after = { ...row.filler, dueAt: now + policy.lookAgainMs };
        fillers.push({ before: row.filler, after });
        claimed.push({ ...one, row: { ...row, filler: { ...after, version: row.filler.version + 1 } } });
      } else {
        const { retry } = row.transaction;
        // When a try that failed now would be made anew, without counting one: who does not come back to settle has failed so. After the
        // last retry the schedule has no such moment, so it is the last one's.
        const dueAt =
          nextRetryAt(policy.retry, Math.min(retry.count, policy.retry.maxRetries - 1), now, random.next()) ??
          now + policy.lookAgainMs;
        const decision = wait(row.transaction, { count: retry.count, dueAt, lastError: retry.lastError });
        decisions.push(decision);
        const transaction = { ...decision.after, version: row.transaction.version + 1 };
        claimed.push({ ...one, row: { ...row, transaction } });
      }
    }
    return {
      step: 'validate',
      at: now,
      ...changesOf(decisions),
      fillers,
      attempts: some.map(({ hash }) => ({ hash, sendingSince: now })),
    };
  };
  const result = await parts.ledger.commit(changes(checked));
  if (result.kind === 'committed') return claimed;
  // Some rows moved while they were checked. They go on from where they are now; the others are claimed without them.
  const rows = await parts.work.forBroadcast(checked.map(({ item }) => item.transactionId));
  const unmoved = checked.filter(({ row, item }) => versionOf(rows.get(item.transactionId)) === versionOf(row));
  if (unmoved.length === 0 || unmoved.length === checked.length) return [];
  return (await parts.ledger.commit(changes(unmoved))).kind === 'committed' ? claimed : [];
}

const versionOf = (row: BroadcastRow | undefined): number | null =>
  row === undefined ? null : row.holder === 'transaction' ? row.transaction.version : row.filler.version;
