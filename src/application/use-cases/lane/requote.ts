import { replacementFees, setApart } from '../../../domain/fees/replace.ts';
import { quoteFees, type Fees, type Market } from '../../../domain/fees/quote.ts';
import { windowEnd } from '../../../domain/nonce/window.ts';
import type { SignerKey } from '../../../domain/primitives.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import type { TransactionRequest } from '../../../domain/transaction/request.ts';
import type { Competitor, LaneState, ResubmitRow } from '../../ports/work.ts';
import { FILLER_REQUEST, MOST_SALTS, capsOf, unsignedOf } from './build.ts';
import { toHand, type ToHand } from './hand-over.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Round } from './round.ts';
import { signAndStore, type ToSign } from './sign-and-store.ts';

/**
 * New bytes at the same nonce after a node's word about fees. Below the base fee or the pool's minimum: the market's fees. Other bytes in
 * the pool: ours are outbid by 12.5 %; a stranger's are left to the tracker. Where the caps forbid it, the same bytes go again.
 */
export class Requote {
  constructor(private readonly parts: LaneParts) {}

  async run(lane: LaneState, rows: readonly ResubmitRow[], round: Round): Promise<readonly ToHand[]> {
    const { parts } = this;
    if (rows.length === 0) return [];
    const { key, nextNonce } = lane.signer;
    const market = await parts.market.now();
    if (!market.ok) return rows.map(toHand);
    const nonces = rows.map((row) => row.attempt.nonce);
    const competitors = await parts.work.competitors(key, nonces);
    const records = await parts.work.forBroadcast(rows.map((row) => row.attempt.holderId));
    const jobs: ToSign[] = [];
    const kept: ResubmitRow[] = [];
    for (const row of rows) {
      const record = records.get(row.attempt.holderId);
      const request = record?.holder === 'transaction' ? record.request : FILLER_REQUEST(key);
      const others = competitors.filter((c) => c.nonce === row.attempt.nonce);
      const fees = record === undefined ? null : this.fees(row, request, market.value, others);
      if (fees === null) kept.push(row);
      else jobs.push(jobFor(row, unsignedOf(key, row.attempt.nonce, request, row.attempt.gasLimit, fees)));
    }
    const end = windowEnd(nextNonce ?? 0, parts.policy.maxInFlight);
    return [...kept.map(toHand), ...(await this.sign(key, jobs, end, round))];
  }

  /** Bytes that turn out to be another holder's are made once more, a wei apart. */
  private async sign(key: SignerKey, jobs: readonly ToSign[], end: number, round: Round): Promise<readonly ToHand[]> {
    for (let salt = 0n; salt < MOST_SALTS; salt++) {
      const apart = jobs.map((job) =>
        salt === 0n ? job : { ...job, unsigned: { ...job.unsigned, ...setApart(job.unsigned, salt) } },
      );
      const { items, conflict } = await signAndStore(this.parts, key, apart, end, round);
      if (conflict?.reason !== 'hash') return items;
    }
    return [];
  }

  private fees(
    row: ResubmitRow,
    request: TransactionRequest,
    market: Market,
    competitors: readonly Competitor[],
  ): Fees | null {
    const caps = capsOf(row.holder === 'filler' ? null : request, this.parts.policy.ceilingWei);
    const quote = quoteFees(market, caps);
    if (row.attempt.errorClass === 'replacementUnderpriced') {
      const ours = competitors.filter((c) => c.hash !== row.attempt.hash && c.sent);
      if (ours.length === 0) return null; // a stranger's bytes: the tracker says what becomes of the nonce
      const most = (pick: (c: Competitor) => bigint): bigint => ours.map(pick).reduce((a, b) => (a > b ? a : b));
      return replacementFees(
        {
          maxFeePerGasWei: most((c) => c.maxFeePerGasWei),
          maxPriorityFeePerGasWei: most((c) => c.maxPriorityFeePerGasWei),
        },
        quote,
        caps,
      );
    }
    const more =
      quote.maxFeePerGasWei > row.attempt.maxFeePerGasWei ||
      quote.maxPriorityFeePerGasWei > row.attempt.maxPriorityFeePerGasWei;
    // Refused bytes lie in no pool, so there is nothing to outbid; but a node that took them once may have them still.
    if (!more) return null;
    return row.attempt.publishedAt === null ? quote : replacementFees(row.attempt, quote, caps);
  }
}

const jobFor = (row: ResubmitRow, unsigned: UnsignedTransaction): ToSign =>
  row.holder === 'filler'
    ? { holder: 'filler', filler: row.filler, kind: 'fill', unsigned }
    : { holder: 'transaction', transaction: row.transaction, added: true, kind: 'replacement', unsigned };
