import { decide, wait, type Decision } from '../../../domain/decisions/decision.ts';
import { leaveQueue } from '../../../domain/decisions/leave-queue.ts';
import { retryOrFail } from '../../../domain/decisions/retry-or-fail.ts';
import type { Market } from '../../../domain/fees/quote.ts';
import { classify } from '../../../domain/node-answer/classify.ts';
import { assignNonces } from '../../../domain/nonce/assign.ts';
import type { FillerState } from '../../../domain/nonce/filler.ts';
import { allocationCeiling, windowEnd } from '../../../domain/nonce/window.ts';
import type { FillerId, SignerKey } from '../../../domain/primitives.ts';
import { waitUncounted } from '../../../domain/retry/count-failure.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import type { LeaseToken } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { LaneState, ReadyRow } from '../../ports/work.ts';
import { FILLER_REQUEST, MOST_SALTS, capsOf, mostItCosts, termsFor, unsignedOf } from './build.ts';
import type { FundsInFlight } from './funds.ts';
import type { Gas } from './gas.ts';
import { Checks, type Checked } from './checks.ts';
import { handOver } from './hand-over.ts';
import { tryFacts, type LaneParts } from './lane-parts.ts';
import { Round, type RoundOutcome } from './round.ts';
import { signAndStore, type ToSign } from './sign-and-store.ts';

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
    const { parts } = this;
    const { key, nextNonce: next } = lane.signer;
    const holes = next === null ? [] : assignNonces(next, heldSet(lane), [], 0).fillers;
    // Due rows take the holes before fillers do, so there must be one in hand for each.
    const free = holes.length + room(lane, parts.policy.maxInFlight);
    const limit = free > 0 ? Math.min(parts.policy.batch, free) : parts.policy.batch;
    const loaded =
      lane.signer.paused === null ? await parts.work.readyToSign(key, parts.clock.now(), limit, free === 0) : [];
    const rows = await this.sortOut(lane, loaded, round);
    const reserved = await parts.work.fillersToSign(key);
    if (rows.length + reserved.length + holes.length === 0) return;
    const market = await this.ready(lane, rows, round);
    if (market === null) return;
    this.funds.forgetBelow(next ?? 0);
    const checked = await this.checks.run(lane, rows, market, round);
    if (round.outcome === 'lost') return;
    await this.reserveAndSign(lane, checked, reserved, market, round);
  }

  /** Rows that must not be signed leave the queue; a nonce that the chain has used is let go by who has no bytes at it. */
  private async sortOut(lane: LaneState, rows: readonly ReadyRow[], round: Round): Promise<readonly ReadyRow[]> {
    const now = this.parts.clock.now();
    const decisions: Decision[] = [];
    const staying = rows.filter(({ transaction }) => {
      const decision = leaveQueue(transaction, now) ?? releaseUsed(transaction, lane.signer.nextNonce, now);
      if (decision !== null) decisions.push(decision);
      return decision === null;
    });
    if (decisions.length > 0) await round.commit({ step: 'sweep', at: now, ...changesOf(decisions) });
    return staying;
  }

  /** The fee market, or null after the rows were told to wait: node away (counted), another chain, or no cursor yet (not counted). */
  private async ready(lane: LaneState, rows: readonly ReadyRow[], round: Round): Promise<Market | null> {
    const { parts } = this;
    const startedAt = parts.clock.now();
    const market = await parts.market.now();
    const gate = market.ok ? await parts.gate.state() : null;
    if (market.ok && gate?.kind === 'open' && lane.cursor !== null && lane.signer.nextNonce !== null)
      return market.value;
    const away = !market.ok
      ? classify(market.error).class
      : gate?.kind === 'unknown' && lane.cursor !== null
        ? 'unavailable'
        : null;
    const counts = away !== null && away !== 'rateLimited';
    const reason = away ?? (gate?.kind === 'wrongChain' ? 'wrongChain' : 'awaitingCursor');
    const decisions = rows.flatMap(({ transaction }) => {
      if (!counts)
        return [
          wait(
            transaction,
            waitUncounted(transaction.retry, parts.clock.now() + Math.min(parts.policy.pauseMs, 250), reason),
          ),
        ];
      return (
        retryOrFail(transaction, tryFacts(parts, startedAt), reason, { releaseNonce: false, nodeMessage: null }) ?? []
      );
    });
    if (decisions.length > 0) await round.commit({ step: 'sweep', at: parts.clock.now(), ...changesOf(decisions) });
    return null;
  }

  private async reserveAndSign(
    lane: LaneState,
    checked: readonly Checked[],
    reserved: readonly FillerState[],
    market: Market,
    round: Round,
  ): Promise<void> {
    const { parts } = this;
    const { key } = lane.signer;
    const next = lane.signer.nextNonce ?? 0;
    const now = parts.clock.now();
    const seekers = checked
      .filter(({ row }) => row.transaction.heldNonce === null)
      .map(({ row }) => ({ id: row.transaction.id, liveNonce: row.transaction.liveNonce }));
    const assignment = assignNonces(next, heldSet(lane), seekers, allocationCeiling(next, parts.policy.maxInFlight));
    const decisions = new Map<string, Decision>();
    for (const { row } of checked) {
      const nonce = assignment.given.get(row.transaction.id);
      const decision =
        nonce === undefined ? null : decide(row.transaction, { type: 'NonceReserved', nonce }, { nonce });
      if (decision !== null) decisions.set(row.transaction.id, decision);
    }
    const waiting = assignment.waiting.flatMap((id) => {
      const row = checked.find((c) => c.row.transaction.id === id);
      return row === undefined
        ? []
        : [
            wait(
              row.row.transaction,
              waitUncounted(row.row.transaction.retry, now + parts.policy.pauseMs, 'nonceTaken'),
            ),
          ];
    });
    const newFillers = assignment.fillers.map((nonce): FillerState => ({
      id: parts.ids.next() as FillerId,
      chainId: key.chainId,
      signer: key.address,
      nonce,
      version: 1,
      status: 'reserved',
      inclusion: null,
      attemptHash: null,
      tries: 0,
      dueAt: now,
    }));
    if (decisions.size + waiting.length + newFillers.length > 0) {
      const result = await round.commit({
        step: newFillers.length > 0 && decisions.size === 0 ? 'filler' : 'reserve',
        at: now,
        ...changesOf([...decisions.values(), ...waiting]),
        newFillers,
        signers: decisions.size + newFillers.length > 0 ? [{ key, expectedVersion: lane.signer.version }] : [],
      });
      if (result.kind === 'conflict') return;
    }
    const holding = checked.flatMap(({ row, gasLimit }) => {
      const decision = decisions.get(row.transaction.id);
      const transaction: Transaction =
        decision === undefined ? row.transaction : { ...decision.after, version: row.transaction.version + 1 };
      return transaction.heldNonce === null ? [] : [{ transaction, request: row.request, gasLimit }];
    });
    const fillers = [...reserved, ...newFillers];
    await this.signAll(key, next, holding, fillers, market, round);
  }

  /** Signs, and signs anew with other terms where the bytes turn out to be another holder's. */
  private async signAll(
    key: SignerKey,
    next: number,
    holding: readonly {
      readonly transaction: Transaction;
      readonly request: ReadyRow['request'];
      readonly gasLimit: bigint;
    }[],
    fillers: readonly FillerState[],
    market: Market,
    round: Round,
  ): Promise<void> {
    const { parts } = this;
    const nonces = [
      ...holding.map(({ transaction }) => transaction.heldNonce as number),
      ...fillers.map((filler) => filler.nonce),
    ];
    if (nonces.length === 0) return;
    const competitors = await parts.work.competitors(key, nonces);
    const at = (nonce: number) => competitors.filter((c) => c.nonce === nonce);
    for (let salt = 0n; salt < MOST_SALTS; salt++) {
      const jobs: ToSign[] = [
        ...fillers.map((filler): ToSign => {
          const request = FILLER_REQUEST(key);
          const terms = termsFor({
            market,
            caps: capsOf(null, parts.policy.ceilingWei),
            gasLimit: 21_000n,
            holder: filler.id,
            revision: 0,
            competitors: at(filler.nonce),
            salt,
          });
          return {
            holder: 'filler',
            filler,
            kind: 'fill',
            unsigned: unsignedOf(key, filler.nonce, request, terms.gasLimit, terms.fees),
          };
        }),
        ...holding.map(({ transaction, request, gasLimit }): ToSign => {
          const nonce = transaction.heldNonce as number;
          const terms = termsFor({
            market,
            caps: capsOf(request, parts.policy.ceilingWei),
            gasLimit,
            holder: transaction.id,
            revision: transaction.revision,
            competitors: at(nonce),
            salt,
          });
          const unsigned = unsignedOf(key, nonce, request, terms.gasLimit, terms.fees);
          this.funds.set(nonce, mostItCosts(unsigned));
          return { holder: 'transaction', transaction, added: false, kind: 'original', unsigned };
        }),
      ];
      const { items, conflict } = await signAndStore(
        parts,
        key,
        jobs,
        windowEnd(next, parts.policy.maxInFlight),
        round,
      );
      if (conflict?.reason === 'hash') continue;
      if (conflict !== null) return;
      parts.log.info({ signer: key.address, signed: jobs.length, handedOver: items.length }, 'signed a batch');
      await handOver(parts, items, round.fence);
      return;
    }
  }
}

const heldSet = (lane: LaneState): ReadonlySet<number> => new Set(lane.held.map((held) => held.nonce));

/** How many more nonces may be given out. */
function room(lane: LaneState, maxInFlight: number): number {
  const next = lane.signer.nextNonce ?? 0;
  const top = Math.max(lane.held.at(-1)?.nonce ?? next - 1, next - 1);
  return Math.max(allocationCeiling(next, maxInFlight) - top - 1, 0);
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
          retry: waitUncounted(transaction.retry, now, transaction.retry.lastError),
        },
        { reason: 'nonceUsed' },
      )
    : null;
