import { decide, wait, type Decision } from '../../../domain/decisions/decision.ts';
import { leaveQueue } from '../../../domain/decisions/leave-queue.ts';
import { retryOrFail } from '../../../domain/decisions/retry-or-fail.ts';
import type { Market } from '../../../domain/fees/quote.ts';
import { mayEndIt } from '../../../domain/node-answer/class-policy.ts';
import { classify, type NodeError } from '../../../domain/node-answer/classify.ts';
import type { NodeErrorClass } from '../../../domain/node-answer/node-error-class.ts';
import { waitUncounted } from '../../../domain/retry/count-failure.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import { changesOf } from '../../changes-of.ts';
import type { LaneState, ReadyRow } from '../../ports/work.ts';
import { tryFacts } from '../policy.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Round } from './round.ts';

/** At a start the first cursor is there within a turn of the tracker, and everything accepted until then waits here: a whole pause would be felt. */
const SOON_MS = 250;

/** Rows that must not be signed leave the queue; a nonce that the chain has used is let go by who has no bytes at it. */
export async function sortOut(
  parts: LaneParts,
  lane: LaneState,
  rows: readonly ReadyRow[],
  round: Round,
): Promise<readonly ReadyRow[]> {
  const now = parts.clock.now();
  const decisions: Decision[] = [];
  const staying = rows.filter(({ transaction }) => {
    const decision = leaveQueue(transaction, now) ?? releaseUsed(transaction, lane.signer.nextNonce, now);
    if (decision !== null) decisions.push(decision);
    return decision === null;
  });
  if (decisions.length > 0) await round.commit({ step: 'settle', at: now, ...changesOf(decisions) });
  return staying;
}

/** The fee market, or null after the rows were told to wait: node away (counted), another chain, or no cursor yet (not counted). */
export async function marketFor(
  parts: LaneParts,
  lane: LaneState,
  rows: readonly ReadyRow[],
  round: Round,
): Promise<Market | null> {
  const startedAt = parts.clock.now();
  const market = await parts.market.now();
  const gate = market.ok ? await parts.gate.state() : null;
  if (market.ok && gate?.kind === 'open' && lane.cursor !== null && lane.signer.nextNonce !== null) return market.value;
  const away = !market.ok
    ? classOf(market.error)
    : gate?.kind === 'unknown' && lane.cursor !== null
      ? classOf(gate.error)
      : null;
  const counts = away !== null && away !== 'rateLimited';
  const reason = away ?? (gate?.kind === 'wrongChain' ? 'wrongChain' : 'awaitingCursor');
  const decisions = rows.flatMap(({ transaction }) => {
    if (!counts)
      return [
        wait(
          transaction,
          waitUncounted(transaction.retry, parts.clock.now() + Math.min(parts.policy.pauseMs, SOON_MS), reason),
        ),
      ];
    return retryOrFail(transaction, tryFacts(parts, startedAt), away, { releaseNonce: false, nodeMessage: null }) ?? [];
  });
  if (decisions.length > 0) await round.commit({ step: 'settle', at: parts.clock.now(), ...changesOf(decisions) });
  return null;
}

/** Asked was about fees or the chain: words that would be about a transaction's bytes say nothing of one. */
function classOf(error: NodeError): NodeErrorClass {
  const { class: name } = classify(error);
  return mayEndIt(name) ? 'unknown' : name;
}

const releaseUsed = (transaction: Transaction, nextNonce: number | null, now: number): Decision | null =>
  transaction.heldNonce !== null &&
  nextNonce !== null &&
  transaction.heldNonce < nextNonce &&
  transaction.liveNonce === null
    ? decide(
        transaction,
        {
          type: 'NonceReleased',
          reason: 'nonceUsed',
          retry: { ...transaction.retry, dueAt: now },
        },
        { reason: 'nonceUsed' },
      )
    : null;
