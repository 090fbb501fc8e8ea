import { decodeRevert } from '../../../domain/node-answer/decode-revert.ts';
import { classify } from '../../../domain/node-answer/classify.ts';
import { withHeadroom, type EstimateAnswer } from '../../../domain/decisions/check-before-nonce.ts';
import type { Address } from '../../../domain/primitives.ts';
import { PLAIN_TRANSFER_GAS } from '../../../domain/transaction/request.ts';
import { isFresh } from '../../is-fresh.ts';
import type { Answer, ChainNode } from '../../ports/chain-node.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReadyRow } from '../../ports/work.ts';

/** An address without code may get some: it is asked again after this. */
const KNOWN_FOR_MS = 60_000;
const MOST_KNOWN = 100_000;

/**
 * Gas limits for a batch: the client's own, 21,000 for a plain transfer to an address known to have no code, else an estimate
 * (which costs the node 70–90 µs, nearly as much as the transaction).
 */
export class Gas {
  private readonly withoutCode = new Map<Address, number>();

  constructor(
    private readonly node: Pick<ChainNode, 'hasCode' | 'estimate'>,
    private readonly clock: Clock,
  ) {}

  /** @param known limits that are settled already, by transaction id */
  async limits(rows: readonly ReadyRow[], known: ReadonlyMap<string, bigint>): Promise<readonly EstimateAnswer[]> {
    const asked = rows.filter((row) => !known.has(row.transaction.id));
    await this.learn(asked);
    const answers = new Map<ReadyRow, EstimateAnswer>();
    const toEstimate: ReadyRow[] = [];
    for (const row of rows) {
      const { request } = row;
      const settled = request.gasLimit ?? known.get(row.transaction.id);
      if (settled !== undefined) answers.set(row, { kind: 'gas', gasLimit: settled });
      else if (isPlain(row) && this.withoutCode.has(request.to as Address))
        answers.set(row, { kind: 'gas', gasLimit: PLAIN_TRANSFER_GAS });
      else toEstimate.push(row);
    }
    const estimates = await this.node.estimate(
      toEstimate.map(({ transaction, request }) => ({
        from: transaction.signer,
        to: request.to,
        valueWei: request.valueWei,
        data: request.data,
      })),
    );
    toEstimate.forEach((row, i) => answers.set(row, toAnswer(estimates[i] as Answer<bigint>)));
    return rows.map((row) => answers.get(row) as EstimateAnswer);
  }

  private async learn(rows: readonly ReadyRow[]): Promise<void> {
    const now = this.clock.now();
    const asked = new Set<Address>();
    for (const row of rows) {
      const { to, gasLimit } = row.request;
      if (to === null || gasLimit !== null || !isPlain(row)) continue;
      if (isFresh(this.withoutCode.get(to) ?? -Infinity, now, KNOWN_FOR_MS)) continue;
      this.withoutCode.delete(to);
      asked.add(to);
    }
    if (asked.size === 0) return;
    const addresses = [...asked];
    const answers = await this.node.hasCode(addresses);
    if (this.withoutCode.size + addresses.length > MOST_KNOWN) this.withoutCode.clear();
    addresses.forEach((address, i) => {
      const answer = answers[i];
      if (answer?.ok && !answer.value) this.withoutCode.set(address, now);
    });
  }
}

const isPlain = ({ request }: ReadyRow): boolean => request.to !== null && request.data === '0x';

function toAnswer(answer: Answer<bigint>): EstimateAnswer {
  if (answer.ok) return { kind: 'gas', gasLimit: withHeadroom(answer.value) };
  const { error } = answer;
  const reason = error.data === undefined ? null : decodeRevert(error.data);
  return { kind: 'error', class: classify(error).class, message: error.message, reason };
}
