import { wait, type Decision } from '../../../domain/decisions/decision.ts';
import { retryOrFail } from '../../../domain/decisions/retry-or-fail.ts';
import { waitUncounted } from '../../../domain/retry/count-failure.ts';
import type { TransactionId, TxHash } from '../../../domain/primitives.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import type { LeaseToken } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import { decideAndCommit } from '../../decide-and-commit.ts';
import type { SubmitItem } from '../../ports/endpoint-two.ts';
import type { ResubmitRow } from '../../ports/work.ts';
import { tryFacts } from '../policy.ts';
import type { LaneParts } from './lane-parts.ts';

/** Bytes on their way to endpoint 2, and by which hash the record knows them. */
export interface ToHand extends SubmitItem {
  readonly hash: TxHash;
}

export const toHand = ({ attempt, raw }: ResubmitRow): ToHand => ({
  transactionId: attempt.holderId,
  rawTransaction: raw,
  hash: attempt.hash,
});

/**
 * Hands durable bytes to endpoint 2, which writes what comes of them. Only two things are left for this side to record: that endpoint 2
 * was not reached (our own trouble, not counted), and that it refused (counted; the refusal itself harmed nobody).
 */
export async function handOver(parts: LaneParts, items: readonly ToHand[], fence: LeaseToken): Promise<void> {
  if (items.length === 0) return;
  const startedAt = parts.clock.now();
  const answer = await parts.endpointTwo.submit(
    items.map(({ transactionId, rawTransaction }) => ({ transactionId, rawTransaction })),
  );
  if (answer.kind === 'notReached') {
    parts.log.warn({ detail: answer.message, transactions: items.length }, 'endpoint 2 was not reached');
    await record(parts, items, fence, (row) => {
      const now = parts.clock.now();
      // What a node had before is looked at when it is due.
      if (row.status === 'broadcast' && row.retry.dueAt !== null && row.retry.dueAt > now) return null;
      return wait(row, waitUncounted(row.retry, now + parts.policy.pauseMs, 'endpointTwoNotReached'));
    });
    return;
  }
  const refused = answer.results.filter(({ outcome }) => outcome === 'refused');
  if (refused.length === 0) return;
  parts.log.error({ refused: refused.slice(0, 20) }, 'endpoint 2 refused bytes of this signing side');
  const ids = new Set(refused.map(({ transactionId }) => transactionId));
  await record(
    parts,
    items.filter(({ transactionId }) => ids.has(transactionId)),
    fence,
    (row) => retryOrFail(row, tryFacts(parts, startedAt), 'refused', { releaseNonce: true, nodeMessage: null }),
  );
}

/** On rows as they were handed over: whatever moved one on meanwhile has the say, be it another worker that has the lane by now. */
async function record(
  parts: LaneParts,
  items: readonly ToHand[],
  fence: LeaseToken,
  decide: (row: Transaction) => Decision | null,
): Promise<void> {
  const handed = new Map(items.map(({ transactionId, hash }) => [transactionId, hash]));
  await decideAndCommit(parts.ledger, async () => {
    const rows = await parts.work.transactions([...handed.keys()] as TransactionId[]);
    const decisions = [...rows.values()].flatMap((row) => {
      if (row.status !== 'signed' && row.status !== 'broadcast') return [];
      return row.attemptHash === handed.get(row.id) ? (decide(row) ?? []) : [];
    });
    return decisions.length === 0 ? null : { step: 'settle', at: parts.clock.now(), fence, ...changesOf(decisions) };
  });
}
