import type { Decision } from '../../../domain/decisions/decision.ts';
import { lookAgain, type Sighting } from '../../../domain/decisions/look-again.ts';
import { CLASS_POLICY } from '../../../domain/node-answer/class-policy.ts';
import type { NodeErrorClass } from '../../../domain/node-answer/node-error-class.ts';
import type { FillerState } from '../../../domain/nonce/filler.ts';
import { fillerWaits } from '../../../domain/nonce/observe-filler.ts';
import { windowEnd } from '../../../domain/nonce/window.ts';
import type { AttemptChange, LeaseToken } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { SubmitItem } from '../../ports/endpoint-two.ts';
import type { LaneState, ResubmitRow } from '../../ports/work.ts';
import { handOver } from './hand-over.ts';
import { tryFacts, type LaneParts } from './lane-parts.ts';
import type { Requote } from './requote.ts';

/** A whole lane is looked through once, page by page, by whoever takes it over: an answer that its last owner waited for comes to nobody. */
export interface Recovery {
  afterNonce: number;
  done: boolean;
}

/**
 * What has bytes and is due: never handed over → handed over; sent, with no answer on record → looked up by hash, and only what no node
 * knows is sent again, the same bytes; refused for its fees → new bytes at the same nonce. True when there may be more to do at once.
 */
export class ResubmitRound {
  constructor(
    private readonly parts: LaneParts,
    private readonly requote: Requote,
  ) {}

  async run(lane: LaneState, fence: LeaseToken, recovery: Recovery): Promise<boolean> {
    const { parts } = this;
    const { key, nextNonce: next } = lane.signer;
    if (next === null) return false;
    const { batch, maxInFlight } = parts.policy;
    const at = recovery.done ? null : { afterNonce: recovery.afterNonce };
    const loaded = await parts.work.toResubmit(key, parts.clock.now(), windowEnd(next, maxInFlight), batch, at);
    if (at !== null) {
      recovery.afterNonce = loaded.at(-1)?.attempt.nonce ?? recovery.afterNonce;
      recovery.done = loaded.length < batch;
    }
    // A paused signer's own transactions wait for a person; its holes are healed all the same.
    const rows = lane.signer.paused === null ? loaded : loaded.filter((row) => row.holder === 'filler');
    if (rows.length === 0) return !recovery.done;
    const fresh = rows.filter(({ attempt }) => attempt.sendingSince === null && attempt.publishedAt === null);
    const sent = rows.filter((row) => !fresh.includes(row));
    const forFees = at === null ? sent.filter((row) => needsOtherFees(row, next)) : [];
    const again = await this.look(
      lane,
      sent.filter((row) => !forFees.includes(row)),
      fence,
    );
    const renewed = await this.requote.run(lane, forFees, fence);
    const items = [...fresh.map(toItem), ...renewed, ...again];
    await handOver(parts, items);
    return rows.length === batch || !recovery.done;
  }

  private async look(lane: LaneState, rows: readonly ResubmitRow[], fence: LeaseToken): Promise<readonly SubmitItem[]> {
    const { parts } = this;
    if (rows.length === 0) return [];
    const startedAt = parts.clock.now();
    const answers = await parts.node.lookUp(rows.map((row) => row.attempt.hash));
    const sightings = rows.map((_, i): Sighting => {
      const answer = answers[i];
      return answer?.ok ? answer.value : 'unanswered';
    });
    const someKnown = sightings.some((sighting) => sighting === 'pending' || sighting === 'mined');
    const decisions: Decision[] = [];
    const attempts: AttemptChange[] = [];
    const fillers: { before: FillerState; after: FillerState }[] = [];
    const items: SubmitItem[] = [];
    rows.forEach((row, i) => {
      const sighting = sightings[i] as Sighting;
      if (row.holder === 'filler') {
        const after = fillerWaits(
          row.filler,
          parts.clock.now(),
          sighting === 'unanswered' ? parts.policy.pauseMs : parts.policy.lookAgainMs,
        );
        if (after !== null) fillers.push({ before: row.filler, after });
        if (sighting === 'unknown') items.push(toItem(row));
        return;
      }
      const othersMove = row.attempt.nonce === lane.signer.nextNonce || someKnown;
      const result = lookAgain(row.transaction, {
        ...tryFacts(parts, startedAt),
        sighting,
        attempt: row.attempt,
        othersMove,
        lookAgainMs: parts.policy.lookAgainMs,
      });
      if (result.decision !== null) decisions.push(result.decision);
      if (result.unknownLooks !== row.attempt.unknownLooks)
        attempts.push({ hash: row.attempt.hash, unknownLooks: result.unknownLooks });
      if (result.resend) items.push(toItem(row));
    });
    if (decisions.length + attempts.length + fillers.length === 0) return items;
    const result = await parts.ledger.commit({
      step: 'settle',
      at: parts.clock.now(),
      fence,
      ...changesOf(decisions),
      attempts,
      fillers,
    });
    // Somebody moved one of them: they are due still, and the next round sees them as they are.
    return result.kind === 'conflict' ? [] : items;
  }
}

const toItem = (row: ResubmitRow): SubmitItem => ({ transactionId: row.attempt.holderId, rawTransaction: row.raw });

/** The node's last word was about the fees, and no block has used the nonce meanwhile. */
function needsOtherFees({ attempt }: ResubmitRow, nextNonce: number): boolean {
  if (attempt.errorClass === null || attempt.nonce < nextNonce) return false;
  const { outcome } = CLASS_POLICY[attempt.errorClass as NodeErrorClass];
  return outcome === 'requote' || outcome === 'replaceOrAwait';
}
