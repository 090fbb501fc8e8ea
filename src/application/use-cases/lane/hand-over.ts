import { wait } from '../../../domain/decisions/decision.ts';
import { retryOrFail } from '../../../domain/decisions/retry-or-fail.ts';
import { waitUncounted } from '../../../domain/retry/count-failure.ts';
import type { TransactionId } from '../../../domain/primitives.ts';
import { isOpen } from '../../../domain/transaction/transaction.ts';
import { changesOf } from '../../changes-of.ts';
import { decideAndCommit } from '../../decide-and-commit.ts';
import type { SubmitItem, SubmitOutcome } from '../../ports/endpoint-two.ts';
import { tryFacts, type LaneParts } from './lane-parts.ts';

/**
 * Hands durable bytes to endpoint 2, which writes what comes of them. Only two things are left for this side to record: that endpoint 2
 * was not reached (our own trouble, not counted), and that it refused (counted; the refusal itself harmed nobody).
 */
export async function handOver(parts: LaneParts, items: readonly SubmitItem[]): Promise<void> {
  if (items.length === 0) return;
  const startedAt = parts.clock.now();
  const answer = await parts.endpointTwo.submit(items);
  if (answer.kind === 'notReached') {
    parts.log.warn({ detail: answer.message, transactions: items.length }, 'endpoint 2 was not reached');
    await record(
      parts,
      items.map((item) => item.transactionId as TransactionId),
      null,
      startedAt,
    );
    return;
  }
  const refused = answer.results.filter(
    (result): result is Extract<SubmitOutcome, { outcome: 'refused' }> => result.outcome === 'refused',
  );
  if (refused.length === 0) return;
  parts.log.error({ refused: refused.slice(0, 20) }, 'endpoint 2 refused bytes of this signing side');
  await record(
    parts,
    refused.map((result) => result.transactionId as TransactionId),
    'refused',
    startedAt,
  );
}

async function record(
  parts: LaneParts,
  ids: readonly TransactionId[],
  lastError: 'refused' | null,
  startedAt: number,
): Promise<void> {
  await decideAndCommit(parts.ledger, async () => {
    const rows = [...(await parts.work.transactions(ids)).values()];
    const decisions = rows.flatMap((row) => {
      // The row moved on: whatever moved it has the say.
      if (!isOpen(row.status) || row.status === 'included' || row.status === 'broadcast') return [];
      if (lastError === null)
        return [wait(row, waitUncounted(row.retry, parts.clock.now() + parts.policy.pauseMs, 'endpointTwoNotReached'))];
      return retryOrFail(row, tryFacts(parts, startedAt), lastError, { releaseNonce: true, nodeMessage: null }) ?? [];
    });
    return decisions.length === 0 ? null : { step: 'settle', at: parts.clock.now(), ...changesOf(decisions) };
  });
}
