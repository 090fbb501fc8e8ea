import type { RetryCause } from '../retry/retry-cause.ts';
import type { Failure } from '../transaction/failure.ts';
import type { LifecycleEvent, RetryPlan } from '../transaction/event.ts';
import { NO_EFFECTS, reschedule, transition, type Effects } from '../transaction/transition.ts';
import type { TimelineType } from '../transaction/timeline.ts';
import type { Status, Transaction } from '../transaction/transaction.ts';

interface TimelineEntry {
  readonly type: TimelineType;
  readonly from: Status | null;
  readonly to: Status | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** What a command makes of one row: where it was, where it is to be, and everything that must be written in the same commit. */
export interface Decision {
  readonly before: Transaction;
  readonly after: Transaction;
  readonly timeline: readonly TimelineEntry[];
  readonly effects: Effects;
  /** What the Failed among its events says. */
  readonly failure: Failure | null;
}

/** Nothing decided yet. */
export const undecided = (transaction: Transaction): Decision => ({
  before: transaction,
  after: transaction,
  timeline: [],
  effects: NO_EFFECTS,
  failure: null,
});

/**
 * Adds an event to what was decided; null where the table refuses it, which is what a row that moved on meanwhile looks like.
 * Several events may go into one commit (Included and Confirmed where one block is deep enough).
 */
export function advance(
  decision: Decision,
  event: LifecycleEvent,
  detail: Readonly<Record<string, unknown>> | null = null,
): Decision | null {
  const result = transition(decision.after, event);
  if (!result.ok) return null;
  const { transaction: after, effects } = result;
  return {
    before: decision.before,
    after,
    timeline: [...decision.timeline, { type: event.type, from: decision.after.status, to: after.status, detail }],
    effects: {
      attempts: effects.attempts === 'keep' ? decision.effects.attempts : effects.attempts,
      failure: effects.failure === 'none' ? decision.effects.failure : effects.failure,
      wake: effects.wake || decision.effects.wake,
    },
    failure: event.type === 'Failed' ? event.failure : decision.failure,
  };
}

/** One event on a row that nothing was decided about. */
export const decide = (
  transaction: Transaction,
  event: LifecycleEvent,
  detail: Readonly<Record<string, unknown>> | null = null,
): Decision | null => advance(undecided(transaction), event, detail);

/** The row waits as it is. On the timeline only where the reason is a new one: repeats are told by the count. */
export function wait(
  transaction: Transaction,
  retry: RetryPlan,
  detail: Readonly<Record<string, unknown>> | null = null,
): Decision {
  const told =
    retry.lastError !== null &&
    (retry.lastError !== transaction.retry.lastError || retry.count !== transaction.retry.count);
  return {
    ...undecided(transaction),
    after: reschedule(transaction, retry),
    timeline: told
      ? [
          {
            type: 'RetryScheduled',
            from: transaction.status,
            to: transaction.status,
            detail: { reason: retry.lastError, retry: retry.count, ...detail },
          },
        ]
      : [],
  };
}

/** It lets go of the nonce that it holds, so that nobody waits behind it. */
export const waitWithoutNonce = (transaction: Transaction, retry: RetryPlan, reason: RetryCause): Decision | null =>
  transaction.heldNonce === null
    ? wait(transaction, retry)
    : decide(transaction, { type: 'NonceReleased', reason, retry }, { reason, retry: retry.count });
