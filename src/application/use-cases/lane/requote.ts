import { outbid } from '../../../domain/fees/outbid.ts';
import { replacementFees, setApart } from '../../../domain/fees/replace.ts';
import { quoteFees, type Fees, type Market } from '../../../domain/fees/quote.ts';
import { fillerRequest } from '../../../domain/nonce/filler.ts';
import { windowEnd } from '../../../domain/nonce/window.ts';
import type { UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import type { TransactionRequest } from '../../../domain/transaction/request.ts';
import type { Competitor, LaneState, ResubmitRow } from '../../ports/work.ts';
import { capsOf, unsignedOf } from './build.ts';
import type { FundsInFlight } from './funds.ts';
import { toHand, type ToHand } from './hand-over.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Round } from './round.ts';
import { signApart, type ToSign } from './sign-and-store.ts';

/**
 * New bytes at the same nonce after a node's word about fees. Below the base fee or the pool's minimum: the market's fees. Other bytes in
 * the pool: ours are outbid by 12.5 %; a stranger's are left to the tracker. Where the caps forbid it, the same bytes go again.
 */
export class Requote {
  constructor(
    private readonly parts: LaneParts,
    private readonly funds: FundsInFlight,
  ) {}

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
      const request = record?.holder === 'transaction' ? record.request : fillerRequest(key);
      const others = competitors.filter((c) => c.nonce === row.attempt.nonce);
      const fees = record === undefined ? null : this.fees(row, request, market.value, others);
      if (fees === null) kept.push(row);
      else jobs.push(jobFor(row, unsignedOf(key, row.attempt.nonce, request, row.attempt.gasLimit, fees)));
    }
    const batch = { key, windowEnd: windowEnd(nextNonce ?? 0, parts.policy.maxInFlight), round, funds: this.funds };
    const { items } = await signApart(parts, batch, (salt) =>
      jobs.map((job) =>
        salt === 0n ? job : { ...job, unsigned: { ...job.unsigned, ...setApart(job.unsigned, salt) } },
      ),
    );
    return [...kept.map(toHand), ...items];
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
      return outbid(ours, quote, caps);
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
