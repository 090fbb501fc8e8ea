import type { SendAnswer } from '../../domain/decisions/settle-broadcast.ts';
import { classify } from '../../domain/node-answer/classify.ts';
import type { TxHash } from '../../domain/primitives.ts';
import { onlyOfOurChain } from '../only-of-our-chain.ts';
import type { Answer } from '../ports/chain-node.ts';
import type { SubmitItem, SubmitOutcome } from '../ports/endpoint-two.ts';
import type { BroadcastParts, Checked } from './broadcast/broadcast-parts.ts';
import { claim } from './broadcast/claim.ts';
import { isTaken, settle } from './broadcast/settle.ts';
import { pending, verdictsOn } from './broadcast/verdicts.ts';
import type { ValidateAndBroadcast } from './inbound.ts';

/**
 * Endpoint 2. Trusts nothing: recovers the signer of each byte string and compares every field with the record; writes
 * "sending since", sends in batches, writes what came of it. It never holds a key.
 */
export class ValidateBroadcast implements ValidateAndBroadcast {
  constructor(private readonly parts: BroadcastParts) {}

  async submit(items: readonly SubmitItem[]): Promise<readonly SubmitOutcome[]> {
    const verdicts = await verdictsOn(this.parts, items);
    const toSend = verdicts.flatMap((verdict) => (verdict.kind === 'send' ? [verdict.checked] : []));
    const outcomes = await this.broadcast(toSend);
    const results = verdicts.map((verdict) =>
      verdict.kind === 'answer'
        ? verdict.outcome
        : (outcomes.get(verdict.checked.hash) ?? pending(verdict.checked.item)),
    );
    for (const outcome of ['accepted', 'pending', 'refused'] as const) {
      const items = results.filter((result) => result.outcome === outcome).length;
      if (items > 0) this.parts.metrics.count('broadcaster_submitted_total', items, { outcome });
    }
    return results;
  }

  private async broadcast(checked: readonly Checked[]): Promise<ReadonlyMap<TxHash, SubmitOutcome>> {
    const outcomes = new Map<TxHash, SubmitOutcome>();
    if (checked.length === 0) return outcomes;
    const startedAt = this.parts.clock.now();
    // Another chain behind the endpoint, or no word of which it is: nothing is sent. Without a word the try has failed, as with any other
    // silence of the node, so that whoever waits is told in the end.
    const gate = await this.parts.gate.state();
    if (gate.kind === 'unknown') {
      const told = toSendAnswer({ ok: false, error: gate.error });
      const answers = checked.map(() => told);
      await settle(this.parts, checked, answers, startedAt);
    }
    if (gate.kind !== 'open') return outcomes;
    const claimed = await claim(this.parts, checked, startedAt);
    if (claimed.length === 0) return outcomes;
    const answers = await this.parts.node.send(
      claimed.map(({ item }) => item.rawTransaction),
      AbortSignal.timeout(this.parts.sendBudgetMs),
    );
    const said = claimed.map((_, i) => toSendAnswer(answers[i] as Answer<TxHash>));
    const told = await onlyOfOurChain(this.parts.gate, said, silence);
    await settle(this.parts, claimed, told, startedAt);
    claimed.forEach(({ item, hash }, i) => {
      if (isTaken(told[i] as SendAnswer))
        outcomes.set(hash, { transactionId: item.transactionId, outcome: 'accepted' });
    });
    return outcomes;
  }
}

const silence = (message: string): SendAnswer => ({ kind: 'error', class: 'unavailable', message, retryAfterMs: null });

function toSendAnswer(answer: Answer<TxHash>): SendAnswer {
  if (answer.ok) return { kind: 'taken' };
  const { class: errorClass, retryAfterMs } = classify(answer.error);
  return { kind: 'error', class: errorClass, message: answer.error.message, retryAfterMs: retryAfterMs ?? null };
}
