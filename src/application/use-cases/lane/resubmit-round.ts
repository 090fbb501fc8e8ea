import type { Decision } from '../../../domain/decisions/decision.ts';
import { lookAgain, type Sighting } from '../../../domain/decisions/look-again.ts';
import { CLASS_POLICY } from '../../../domain/node-answer/class-policy.ts';
import { fillerWaits } from '../../../domain/nonce/observe-filler.ts';
import { windowEnd } from '../../../domain/nonce/window.ts';
import type { SignerKey } from '../../../domain/primitives.ts';
import type { AttemptChange, FillerMove, LeaseToken } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import { isRestored, type LaneState, type ResubmitPage, type ResubmitRow } from '../../ports/work.ts';
import { handOver, toHand, type ToHand } from './hand-over.ts';
import { tryFacts } from '../policy.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Requote } from './requote.ts';
import { Round, type RoundOutcome } from './round.ts';

/** A whole lane is looked through once, page by page, by whoever takes it over: an answer that its last owner waited for comes to nobody. */
export interface Recovery {
  afterNonce: number;
  done: boolean;
}

/** Rows to work on. */
interface Page {
  readonly rows: readonly ResubmitRow[];
  /** There is another page. */
  readonly more: boolean;
  /** The lane was taken over and is looked through as a whole. */
  readonly recovering: boolean;
}

/**
 * What has bytes and is due: never handed over → handed over; sent, with no answer on record → looked up by hash, and only what no node
 * knows is sent again, the same bytes; refused for its fees → new bytes at the same nonce.
 */
export class ResubmitRound {
  private lastPage = '';

  constructor(
    private readonly parts: LaneParts,
    private readonly requote: Requote,
  ) {}

  async run(lane: LaneState, fence: LeaseToken, recovery: Recovery): Promise<RoundOutcome> {
    const round = new Round(this.parts, fence);
    const more = await this.work(lane, recovery, round);
    const { outcome } = round;
    if (outcome === 'lost' || outcome === 'conflict') return outcome;
    if (more) return 'again';
    return outcome === 'again' ? 'moved' : 'done';
  }

  /** Whether there is another page. */
  private async work(lane: LaneState, recovery: Recovery, round: Round): Promise<boolean> {
    const { parts } = this;
    const next = lane.signer.nextNonce;
    if (isRestored(lane.signer)) return false;
    if (next === null || (await parts.gate.state()).kind === 'wrongChain') return false;
    const { rows, more, recovering } = await this.page(lane, next, recovery);
    if (rows.length === 0) return false;
    const fresh = rows.filter(({ attempt }) => attempt.sendingSince === null && attempt.publishedAt === null);
    const sent = rows.filter((row) => !fresh.includes(row));
    const forFees = recovering ? [] : sent.filter((row) => needsOtherFees(row, next));
    const again = await this.look(
      lane,
      sent.filter((row) => !forFees.includes(row)),
      round,
    );
    const renewed = await this.requote.run(lane, forFees, round);
    await handOver(parts, [...fresh.map(toHand), ...renewed, ...again], round.fence);
    return more;
  }

  private async page(lane: LaneState, next: number, recovery: Recovery): Promise<Page> {
    const { work, policy, clock } = this.parts;
    const { key, paused } = lane.signer;
    const recovering = !recovery.done;
    const which = { now: clock.now(), belowNonce: windowEnd(next, policy.maxInFlight), limit: policy.batch };
    // A paused signer's own transactions wait for a person; its holes are healed all the same.
    const rows =
      paused === null
        ? await work.toResubmit(key, { ...which, recovery: recovering ? { afterNonce: recovery.afterNonce } : null })
        : await this.fillersDue(key, which);
    const isFull = rows.length >= policy.batch;
    const isAnother = this.isAnother(rows);
    // What is due is asked for from the lowest nonce on: a page that did not move would be the next one too.
    if (paused !== null || !recovering) return { rows, more: isFull && isAnother, recovering };
    recovery.afterNonce = rows.at(-1)?.attempt.nonce ?? recovery.afterNonce;
    recovery.done = !isFull;
    return { rows, more: isFull, recovering };
  }

  /** However many transactions wait below them. */
  private async fillersDue(key: SignerKey, which: Omit<ResubmitPage, 'recovery'>): Promise<readonly ResubmitRow[]> {
    const { now, belowNonce, limit } = which;
    const found: ResubmitRow[] = [];
    for (let afterNonce = -1; ;) {
      const rows = await this.parts.work.toResubmit(key, { ...which, recovery: { afterNonce } });
      found.push(...rows.filter((row) => row.holder === 'filler' && (row.filler.dueAt ?? 0) <= now));
      if (rows.length < limit) return found;
      afterNonce = rows.at(-1)?.attempt.nonce ?? belowNonce;
    }
  }

  /** Not the same rows as those of the page before, as they were then. */
  private isAnother(rows: readonly ResubmitRow[]): boolean {
    const page = rows.map((row) => `${row.attempt.hash}:${versionOf(row)}`).join();
    const isAnother = page !== this.lastPage;
    this.lastPage = page;
    return isAnother;
  }

  private async look(lane: LaneState, rows: readonly ResubmitRow[], round: Round): Promise<readonly ToHand[]> {
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
    const fillers: FillerMove[] = [];
    const items: ToHand[] = [];
    rows.forEach((row, i) => {
      const sighting = sightings[i] as Sighting;
      if (row.holder === 'filler') {
        const after = fillerWaits(
          row.filler,
          parts.clock.now(),
          sighting === 'unanswered' ? parts.policy.pauseMs : parts.policy.lookAgainMs,
        );
        if (after !== null) fillers.push({ before: row.filler, after });
        if (sighting === 'unknown') items.push(toHand(row));
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
      if (result.resend) items.push(toHand(row));
    });
    if (decisions.length + attempts.length + fillers.length === 0) return items;
    const result = await round.commit({
      step: 'settle',
      at: parts.clock.now(),
      ...changesOf(decisions),
      attempts,
      fillers,
    });
    // Somebody moved one of them: they are due still, and the next round sees them as they are.
    return result.kind === 'conflict' ? [] : items;
  }
}

const versionOf = (row: ResubmitRow): number =>
  row.holder === 'filler' ? row.filler.version : row.transaction.version;

/** The node's last word was about the fees, and no block has used the nonce meanwhile. */
function needsOtherFees({ attempt }: ResubmitRow, nextNonce: number): boolean {
  if (attempt.errorClass === null || attempt.nonce < nextNonce) return false;
  const { outcome } = CLASS_POLICY[attempt.errorClass];
  return outcome === 'requote' || outcome === 'replaceOrAwait';
}
