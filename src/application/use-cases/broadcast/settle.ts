import type { Decision } from '../../../domain/decisions/decision.ts';
import { settleBroadcast, type SendAnswer } from '../../../domain/decisions/settle-broadcast.ts';
import { CLASS_POLICY } from '../../../domain/node-answer/class-policy.ts';
import { isFinished } from '../../../domain/nonce/filler.ts';
import { fillerWaits } from '../../../domain/nonce/observe-filler.ts';
import type { HolderId, Millis, TxHash } from '../../../domain/primitives.ts';
import type { AttemptChange, FillerMove } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import { tally } from '../../tally.ts';
import { decideAndCommit } from '../../decide-and-commit.ts';
import { tryFacts } from '../policy.ts';
import type { BroadcastRow } from '../../ports/work.ts';
import type { BroadcastParts, Checked } from './broadcast-parts.ts';

/**
 * What the node said, onto the rows: as they came back from the claim, and where one of them moved meanwhile, as they are now. Whoever moved
 * on has it noted on the attempt alone.
 */
export async function settle(
  parts: BroadcastParts,
  sent: readonly Checked[],
  answers: readonly SendAnswer[],
  startedAt: Millis,
): Promise<void> {
  const { work, clock, policy, log, metrics } = parts;
  const answered = answers.some(
    (answer) => isTaken(answer) || (answer.kind === 'error' && answer.class !== 'unavailable'),
  );
  const highest = Math.max(...sent.map(({ nonce }) => nonce));
  let claimed: ReadonlyMap<HolderId, BroadcastRow> | null = new Map(
    sent.map(({ item, row }) => [item.transactionId, row]),
  );
  await decideAndCommit(parts.ledger, async () => {
    const rows = claimed ?? (await work.forBroadcast(sent.map(({ item }) => item.transactionId)));
    claimed = null;
    const now = clock.now();
    const decisions: Decision[] = [];
    const attempts: AttemptChange[] = [];
    const fillers: FillerMove[] = [];
    sent.forEach((one, i) => {
      const answer = answers[i] as SendAnswer;
      attempts.push(noteOf(one.hash, answer, now));
      const row = rows.get(one.item.transactionId);
      if (row?.holder === 'filler') {
        const after = isTaken(answer)
          ? { ...row.filler, dueAt: now + policy.lookAgainMs }
          : fillerWaits(row.filler, now, policy.pauseMs);
        if (after !== null && !isFinished(row.filler)) fillers.push({ before: row.filler, after });
      } else if (row !== undefined) {
        const facts = {
          ...tryFacts(parts, startedAt),
          answer,
          attempt: one,
          lookAgainMs: policy.lookAgainMs,
          othersGoOn: answered && one.nonce < highest,
          pauseMs: policy.pauseMs,
        };
        const decision = settleBroadcast(row.transaction, facts);
        if (decision !== null) decisions.push(decision);
      }
    });
    return { step: 'settle', at: now, ...changesOf(decisions), attempts, fillers };
  });
  const errors = answers.filter((answer) => answer.kind === 'error');
  for (const [name, times] of tally(errors.map((error) => error.class)))
    metrics.count('broadcaster_node_errors_total', times, { class: name });
  log.info(
    { sent: sent.length, errors: errors.length, ...(errors.length > 0 ? { first: errors[0]?.class } : {}) },
    'sent a batch',
  );
}

export const isTaken = (answer: SendAnswer): boolean =>
  answer.kind === 'taken' || CLASS_POLICY[answer.class].outcome === 'accepted';

/** That a node took the bytes once more ends no row of looks that did not find them: a hash in the answer is no proof (docs/rules.md). */
const noteOf = (hash: TxHash, answer: SendAnswer, now: Millis): AttemptChange =>
  answer.kind === 'taken' || isTaken(answer)
    ? { hash, publishedAt: now, error: null }
    : { hash, error: { class: answer.class, message: answer.message.slice(0, 2_000) } };
