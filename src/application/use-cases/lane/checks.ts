import { checkBeforeNonce, type EstimateAnswer } from '../../../domain/decisions/check-before-nonce.ts';
import type { Decision } from '../../../domain/decisions/decision.ts';
import { retryOrFail } from '../../../domain/decisions/retry-or-fail.ts';
import type { Market } from '../../../domain/fees/quote.ts';
import { changesOf } from '../../changes-of.ts';
import { onlyOfOurChain } from '../../only-of-our-chain.ts';
import type { LaneState, ReadyRow } from '../../ports/work.ts';
import { waitForMarket } from '../../../domain/decisions/wait-for-market.ts';
import { capsOf, termsFor } from './build.ts';
import type { FundsInFlight } from './funds.ts';
import type { Gas } from './gas.ts';
import { tryFacts } from '../policy.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Round } from './round.ts';

/** A row that passed the checks, with the gas limit to sign. */
export interface Checked {
  readonly row: ReadyRow;
  readonly gasLimit: bigint;
}

/** Keeps what would revert, cannot be paid or pays too little out of the queue of nonces. */
export class Checks {
  constructor(
    private readonly parts: LaneParts,
    private readonly gas: Gas,
    private readonly funds: FundsInFlight,
  ) {}

  async run(lane: LaneState, ready: readonly ReadyRow[], market: Market, round: Round): Promise<readonly Checked[]> {
    const { parts } = this;
    const startedAt = parts.clock.now();
    const decisions: Decision[] = [];
    const rows = ready.filter(({ transaction, request }) => {
      const decision = waitForMarket(transaction, {
        market,
        caps: capsOf(request, parts.policy.ceilingWei),
        now: startedAt,
        pauseMs: parts.policy.lookAgainMs,
      });
      if (decision !== null) decisions.push(decision);
      return decision === null;
    });
    const estimates = await this.gas.limits(rows, await this.ownGas(lane, rows));
    const answers = await onlyOfOurChain(parts.gate, estimates, silence);
    const next = lane.signer.nextNonce ?? 0;
    // Ids are in order of acceptance: what a call may have to wait for was accepted before it, so the wait ends on a busy signer too.
    const earlier = lane.held.filter((held) => held.nonce >= next).map((held) => held.holderId as string);
    const passed: Checked[] = [];
    rows.forEach((row, i) => {
      const estimate = answers[i] as (typeof answers)[number];
      const facts = {
        ...tryFacts(parts, startedAt),
        estimate,
        lowerOpen: earlier.some((id) => id < row.transaction.id),
        pauseMs: parts.policy.pauseMs,
      };
      const result = checkBeforeNonce(row.transaction, facts);
      if (result.kind === 'ready') {
        passed.push({ row, gasLimit: result.gasLimit });
        earlier.push(row.transaction.id);
      } else if (result.decision !== null) decisions.push(result.decision);
    });
    const payable = await this.payable(lane, passed, market, startedAt, decisions);
    if (decisions.length === 0) return payable;
    const result = await round.commit({ step: 'settle', at: parts.clock.now(), ...changesOf(decisions) });
    // Somebody moved one of the rows: all of them are looked at again in the next round.
    return result.kind === 'conflict' ? [] : payable;
  }

  /**
   * Gas limits of bytes that rows have already: signed anew they stay as they are. An estimate on `pending` would meet the row's own bytes in
   * the pool and might say that it reverts.
   */
  private async ownGas(lane: LaneState, rows: readonly ReadyRow[]): Promise<ReadonlyMap<string, bigint>> {
    const nonces = rows.flatMap(({ transaction }) => transaction.liveNonce ?? []);
    if (nonces.length === 0) return new Map();
    const live = await this.parts.work.competitors(lane.signer.key, nonces);
    const own = rows.flatMap(({ transaction }) => {
      const bytes = live.findLast((c) => c.holderId === transaction.id && c.revision === transaction.revision);
      return bytes === undefined ? [] : [[transaction.id, bytes.gasLimit] as const];
    });
    return new Map(own);
  }

  /** Known balance against the most that everything in flight and this may cost. */
  private async payable(
    lane: LaneState,
    passed: readonly Checked[],
    market: Market,
    startedAt: number,
    decisions: Decision[],
  ): Promise<readonly Checked[]> {
    const { parts } = this;
    const costs = passed.map(({ row, gasLimit }) => {
      const { fees } = termsFor({
        market,
        caps: capsOf(row.request, parts.policy.ceilingWei),
        gasLimit,
        holder: row.transaction.id,
        revision: row.transaction.revision,
        competitors: [],
        salt: 0n,
      });
      return row.request.valueWei + gasLimit * fees.maxFeePerGasWei;
    });
    const total = costs.reduce((sum, cost) => sum + cost, 0n);
    const inFlight = this.othersInFlight(lane, passed);
    let available = (lane.signer.balanceWei ?? 0n) - inFlight(lane.signer.nextNonce ?? 0);
    if (total <= available) return passed;
    // The cursor's balance may be older than a top-up.
    const [account] = await parts.node.accounts([lane.signer.key.address], 'latest');
    if (account?.ok) available = account.value.balanceWei - inFlight(account.value.nonce);
    return passed.filter(({ row }, i) => {
      const cost = costs[i] as bigint;
      if (cost <= available) {
        available -= cost;
        return true;
      }
      const decision = retryOrFail(row.transaction, tryFacts(parts, startedAt), 'insufficientFunds', {
        releaseNonce: true,
        nodeMessage: null,
      });
      if (decision !== null) decisions.push(decision);
      return false;
    });
  }

  /** What everything under way may cost at most but these, from a nonce on: whoever let its nonce go is not under way any more. */
  private othersInFlight(lane: LaneState, passed: readonly Checked[]): (nextNonce: number) => bigint {
    const these = new Set<string>(passed.map(({ row }) => row.transaction.id));
    const nonces = lane.held.filter(({ holderId }) => !these.has(holderId)).map(({ nonce }) => nonce);
    return (nextNonce) => this.funds.of(nonces.filter((nonce) => nonce >= nextNonce));
  }
}

const silence = (message: string): EstimateAnswer => ({ kind: 'error', class: 'unavailable', message, reason: null });
