import { checkBeforeNonce } from '../../../domain/decisions/check-before-nonce.ts';
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
import { FILLER_REQUEST, capsOf, mostItCosts, termsFor, unsignedOf } from './build.ts';
import type { FundsInFlight } from './funds.ts';
import type { Gas } from './gas.ts';
import { handOver } from './hand-over.ts';
import { tryFacts, type LaneParts } from './lane-parts.ts';
import { signAndStore, type ToSign } from './sign-and-store.ts';

/** A row that passed the checks, with the gas limit to sign. */
interface Checked {
  readonly row: ReadyRow;
  readonly gasLimit: bigint;
}

/**
 * One round of a signer's lane: what is due gets nonces (holes first), is signed, stored and handed over; holes that nobody takes get
 * fillers. True when there may be more to do at once.
 */
export class SignRound {
  constructor(
    private readonly parts: LaneParts,
    private readonly gas: Gas,
    private readonly funds: FundsInFlight,
  ) {}

  async run(lane: LaneState, fence: LeaseToken): Promise<boolean> {
    const { parts } = this;
    const { key } = lane.signer;
    const newNonces = room(lane, parts.policy.maxInFlight);
    const limit = newNonces > 0 ? Math.min(parts.policy.batch, newNonces) : parts.policy.batch;
    const loaded =
      lane.signer.paused === null ? await parts.work.readyToSign(key, parts.clock.now(), limit, newNonces === 0) : [];
    const rows = await this.sortOut(lane, loaded, fence);
    const reserved = await parts.work.fillersToSign(key);
    const holes =
      lane.signer.nextNonce === null ? [] : assignNonces(lane.signer.nextNonce, heldSet(lane), [], 0).fillers;
    if (rows.length + reserved.length + holes.length === 0) return loaded.length > 0;
    const market = await this.ready(lane, rows, fence);
    if (market === null) return false;
    const checked = await this.check(lane, rows, market, fence);
    return this.reserveAndSign(lane, checked, reserved, market, fence);
  }

  /** Rows that must not be signed leave the queue; a nonce that the chain has used is let go by who has no bytes at it. */
  private async sortOut(lane: LaneState, rows: readonly ReadyRow[], fence: LeaseToken): Promise<readonly ReadyRow[]> {
    const now = this.parts.clock.now();
    const decisions: Decision[] = [];
    const staying = rows.filter(({ transaction }) => {
      const decision = leaveQueue(transaction, now) ?? releaseUsed(transaction, lane.signer.nextNonce, now);
      if (decision !== null) decisions.push(decision);
      return decision === null;
    });
    if (decisions.length > 0)
      await this.parts.ledger.commit({ step: 'sweep', at: now, fence, ...changesOf(decisions) });
    return staying;
  }

  /** The fee market, or null after the rows were told to wait: node away (counted), another chain, or no cursor yet (not counted). */
  private async ready(lane: LaneState, rows: readonly ReadyRow[], fence: LeaseToken): Promise<Market | null> {
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
    if (decisions.length > 0)
      await parts.ledger.commit({ step: 'sweep', at: parts.clock.now(), fence, ...changesOf(decisions) });
    return null;
  }

  /** Keeps what would revert, or cannot be paid, out of the queue of nonces. */
  private async check(
    lane: LaneState,
    rows: readonly ReadyRow[],
    market: Market,
    fence: LeaseToken,
  ): Promise<readonly Checked[]> {
    const { parts } = this;
    const startedAt = parts.clock.now();
    const answers = await this.gas.limits(rows, await this.ownGas(lane, rows));
    const next = lane.signer.nextNonce ?? 0;
    const othersHold = (row: ReadyRow): boolean =>
      lane.held.some((held) => held.nonce >= next && held.holderId !== row.transaction.id);
    const decisions: Decision[] = [];
    const passed: Checked[] = [];
    rows.forEach((row, i) => {
      const estimate = answers[i] as (typeof answers)[number];
      const facts = {
        ...tryFacts(parts, startedAt),
        estimate,
        lowerOpen: passed.length > 0 || othersHold(row),
        pauseMs: parts.policy.pauseMs,
      };
      const result = checkBeforeNonce(row.transaction, facts);
      if (result.kind === 'ready') passed.push({ row, gasLimit: result.gasLimit });
      else if (result.decision !== null) decisions.push(result.decision);
    });
    const payable = await this.payable(lane, passed, market, startedAt, decisions);
    if (decisions.length > 0) {
      const result = await parts.ledger.commit({
        step: 'settle',
        at: parts.clock.now(),
        fence,
        ...changesOf(decisions),
      });
      // Somebody moved one of the rows: all of them are looked at again in the next round.
      if (result.kind === 'conflict') return [];
    }
    return payable;
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
      return bytes === undefined ? [] : [[transaction.id as string, bytes.gasLimit] as const];
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
    let available = (lane.signer.balanceWei ?? 0n) - this.funds.from(lane.signer.nextNonce ?? 0);
    if (total <= available) return passed;
    // The cursor's balance may be older than a top-up.
    const [account] = await parts.node.accounts([lane.signer.key.address], 'latest');
    if (account?.ok) available = account.value.balanceWei - this.funds.from(account.value.nonce);
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

  private async reserveAndSign(
    lane: LaneState,
    checked: readonly Checked[],
    reserved: readonly FillerState[],
    market: Market,
    fence: LeaseToken,
  ): Promise<boolean> {
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
      const result = await parts.ledger.commit({
        step: newFillers.length > 0 && decisions.size === 0 ? 'filler' : 'reserve',
        at: now,
        fence,
        ...changesOf([...decisions.values(), ...waiting]),
        newFillers,
        signers: decisions.size + newFillers.length > 0 ? [{ key, expectedVersion: lane.signer.version }] : [],
      });
      if (result.kind === 'conflict') return result.reason !== 'fence';
    }
    const holding = checked.flatMap(({ row, gasLimit }) => {
      const decision = decisions.get(row.transaction.id);
      const transaction: Transaction =
        decision === undefined ? row.transaction : { ...decision.after, version: row.transaction.version + 1 };
      return transaction.heldNonce === null ? [] : [{ transaction, request: row.request, gasLimit }];
    });
    const fillers = [...reserved, ...newFillers];
    return this.signAll(key, next, holding, fillers, market, fence);
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
    fence: LeaseToken,
  ): Promise<boolean> {
    const { parts } = this;
    const nonces = [
      ...holding.map(({ transaction }) => transaction.heldNonce as number),
      ...fillers.map((filler) => filler.nonce),
    ];
    if (nonces.length === 0) return false;
    const competitors = await parts.work.competitors(key, nonces);
    const at = (nonce: number) => competitors.filter((c) => c.nonce === nonce);
    for (let salt = 0n; salt < 5n; salt++) {
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
        fence,
      );
      if (conflict?.reason === 'hash') continue;
      if (conflict !== null) return conflict.reason !== 'fence';
      parts.log.info({ signer: key.address, signed: jobs.length, handedOver: items.length }, 'signed a batch');
      await handOver(parts, items);
      return true;
    }
    return false;
  }
}

const heldSet = (lane: LaneState): ReadonlySet<number> => new Set(lane.held.map((held) => held.nonce));

/** How many more nonces may be given out. */
function room(lane: LaneState, maxInFlight: number): number {
  const next = lane.signer.nextNonce ?? 0;
  const top = lane.held.at(-1)?.nonce ?? next - 1;
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
