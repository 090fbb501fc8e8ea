import { holesOf } from '../../../domain/nonce/assign.ts';
import { allocationCeiling, windowEnd } from '../../../domain/nonce/window.ts';
import type { LeaseToken } from '../../change-set.ts';
import { isRestored, type LaneState } from '../../ports/work.ts';
import { Checks, type Checked } from './checks.ts';
import type { FundsInFlight } from './funds.ts';
import type { Gas } from './gas.ts';
import type { LaneParts } from './lane-parts.ts';
import { marketFor, sortOut } from './ready.ts';
import { reserve } from './reserve.ts';
import { Round, type RoundOutcome } from './round.ts';
import { signBatch } from './sign-batch.ts';

/**
 * One round of a signer's lane: what is due gets nonces (holes first), is signed, stored and handed over; holes that nobody takes get
 * fillers.
 */
export class SignRound {
  private readonly checks: Checks;

  constructor(
    private readonly parts: LaneParts,
    gas: Gas,
    private readonly funds: FundsInFlight,
  ) {
    this.checks = new Checks(parts, gas, funds);
  }

  async run(lane: LaneState, fence: LeaseToken): Promise<RoundOutcome> {
    const round = new Round(this.parts, fence);
    await this.work(lane, round);
    return round.outcome;
  }

  private async work(lane: LaneState, round: Round): Promise<void> {
    const { parts, funds } = this;
    // Not even a hole is closed: at its nonce there may be bytes that a restored record has lost.
    if (isRestored(lane.signer)) return;
    const { key, nextNonce: next } = lane.signer;
    const { maxInFlight, batch } = parts.policy;
    const holes =
      next === null
        ? []
        : holesOf(
            next,
            lane.held.map(({ nonce }) => nonce),
          );
    // Due rows take the holes before fillers do, so there must be one in hand for each.
    const free = holes.length + room(lane, maxInFlight);
    const limit = free > 0 ? Math.min(batch, free) : batch;
    const loaded =
      lane.signer.paused === null ? await parts.work.readyToSign(key, parts.clock.now(), limit, free === 0) : [];
    const rows = await sortOut(parts, lane, loaded, round);
    const fillers = await parts.work.fillersToSign(key);
    if (rows.length + fillers.length + holes.length === 0) return;
    const market = await marketFor(parts, lane, rows, round);
    if (market === null) return;
    funds.forgetBelow(next ?? 0);
    const checked = await this.checks.run(lane, rows, market, round);
    if (round.outcome === 'lost') return;
    const reserved = await reserve(parts, lane, await this.stillValid(lane, checked, round), round);
    if (reserved === null) return;
    const signing = { key, windowEnd: windowEnd(next ?? 0, maxInFlight), round, funds };
    await signBatch(parts, signing, reserved.holding, [...fillers, ...reserved.newFillers], market);
  }

  /** The node may have taken its time to answer: what must not be signed any more by now leaves the queue (invariant 8). */
  private async stillValid(lane: LaneState, checked: readonly Checked[], round: Round): Promise<readonly Checked[]> {
    const rows = checked.map(({ row }) => row);
    const staying = new Set(await sortOut(this.parts, lane, rows, round));
    return checked.filter(({ row }) => staying.has(row));
  }
}

/** How many more nonces may be given out. */
function room(lane: LaneState, maxInFlight: number): number {
  const next = lane.signer.nextNonce ?? 0;
  const top = Math.max(lane.held.at(-1)?.nonce ?? next - 1, next - 1);
  return Math.max(allocationCeiling(next, maxInFlight) - top - 1, 0);
}
