import { checkBytes } from '../../domain/decisions/check-bytes.ts';
import { wait, type Decision } from '../../domain/decisions/decision.ts';
import { settleBroadcast, type SendAnswer } from '../../domain/decisions/settle-broadcast.ts';
import { classify } from '../../domain/node-answer/classify.ts';
import { CLASS_POLICY } from '../../domain/node-answer/class-policy.ts';
import type { FillerState } from '../../domain/nonce/filler.ts';
import { isFinished } from '../../domain/nonce/filler.ts';
import { fillerWaits } from '../../domain/nonce/observe-filler.ts';
import { windowEnd } from '../../domain/nonce/window.ts';
import type { ChainId, HolderId, Millis } from '../../domain/primitives.ts';
import { signerKeyText } from '../../domain/primitives.ts';
import { nextRetryAt } from '../../domain/retry/schedule.ts';
import type { AttemptChange, ChangeSet } from '../change-set.ts';
import { changesOf } from '../changes-of.ts';
import { decideAndCommit } from '../decide-and-commit.ts';
import type { Answer } from '../ports/chain-node.ts';
import type { RefusalCode, SubmitItem, SubmitOutcome } from '../ports/endpoint-two.ts';
import type { TxHash } from '../../domain/primitives.ts';
import type { BroadcastRow, SignerRow } from '../ports/work.ts';
import type { Recovered } from '../ports/transaction-codec.ts';
import type { ValidateAndBroadcast } from './inbound.ts';
import { FILLER_REQUEST } from './lane/build.ts';
import { tryFacts, type LaneParts } from './lane/lane-parts.ts';

export type BroadcastParts = Pick<
  LaneParts,
  'work' | 'ledger' | 'codec' | 'node' | 'gate' | 'clock' | 'random' | 'log' | 'metrics' | 'policy'
> & {
  readonly chainId: ChainId;
  /** All RPC calls of one request together are cut after this, so that its answer is out within 25 s. */
  readonly sendBudgetMs: number;
};

/** Bytes that the record asks for, on their way to the node. */
interface Checked {
  readonly item: SubmitItem;
  readonly row: BroadcastRow;
  readonly hash: TxHash;
  readonly nonce: number;
}

type Verdict =
  { readonly kind: 'send'; readonly checked: Checked } | { readonly kind: 'answer'; readonly outcome: SubmitOutcome };

/**
 * Endpoint 2. Trusts nothing: recovers the signer of each byte string and compares every field with the record (requirement R5); writes
 * "sending since", sends in batches, writes what came of it. It never holds a key.
 */
export class ValidateBroadcast implements ValidateAndBroadcast {
  constructor(private readonly parts: BroadcastParts) {}

  async submit(items: readonly SubmitItem[]): Promise<readonly SubmitOutcome[]> {
    const verdicts = await this.verdicts(items);
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

  private async verdicts(items: readonly SubmitItem[]): Promise<readonly Verdict[]> {
    const { work, codec, policy, chainId } = this.parts;
    const ids = [...new Set(items.map((item) => item.transactionId))];
    const [rows, recovered, signers] = await Promise.all([
      work.forBroadcast(ids),
      codec.recover(items.map((item) => item.rawTransaction)),
      work.signers(chainId),
    ]);
    const bySigner = new Map(signers.map((row) => [signerKeyText(row.key), row]));
    const seen = new Set<HolderId>();
    return items.map((item, i): Verdict => {
      const row = rows.get(item.transactionId);
      const bytes = recovered[i] as Recovered;
      const code = refusalOf(row, bytes);
      if (code !== null || row === undefined || bytes.kind === 'malformed') {
        return {
          kind: 'answer',
          outcome: { transactionId: item.transactionId, outcome: 'refused', code: code ?? 'not_found' },
        };
      }
      const state = row.holder === 'transaction' ? row.transaction : row.filler;
      if (state.status === 'included')
        return { kind: 'answer', outcome: { transactionId: item.transactionId, outcome: 'accepted' } };
      const signer = bySigner.get(signerKeyText({ chainId: state.chainId, address: state.signer }));
      const twice = seen.has(item.transactionId);
      seen.add(item.transactionId);
      if (twice || !maySend(row, signer, bytes.unsigned.nonce, policy.maxInFlight))
        return { kind: 'answer', outcome: pending(item) };
      return { kind: 'send', checked: { item, row, hash: bytes.hash, nonce: bytes.unsigned.nonce } };
    });
  }

  private async broadcast(checked: readonly Checked[]): Promise<ReadonlyMap<TxHash, SubmitOutcome>> {
    const outcomes = new Map<TxHash, SubmitOutcome>();
    if (checked.length === 0) return outcomes;
    // Another chain behind the endpoint, or no word of which it is: nothing is sent.
    const gate = await this.parts.gate.state();
    if (gate.kind === 'wrongChain') return outcomes;
    const startedAt = this.parts.clock.now();
    const claimed = await this.claim(checked, startedAt);
    if (claimed.length === 0) return outcomes;
    const answers = await this.parts.node.send(
      claimed.map(({ item }) => item.rawTransaction),
      AbortSignal.timeout(this.parts.sendBudgetMs),
    );
    const told = claimed.map((_, i) => toSendAnswer(answers[i] as Answer<TxHash>));
    await this.settle(claimed, told, startedAt);
    claimed.forEach(({ item, hash }, i) => {
      if (isTaken(told[i] as SendAnswer))
        outcomes.set(hash, { transactionId: item.transactionId, outcome: 'accepted' });
    });
    return outcomes;
  }

  /** "Sending since T", durable before the first byte leaves: a crash from here on is found by its due time. */
  private async claim(checked: readonly Checked[], now: Millis): Promise<readonly Checked[]> {
    const { policy, random } = this.parts;
    const changes = (some: readonly Checked[]): ChangeSet => {
      const decisions: Decision[] = [];
      const fillers: { before: FillerState; after: FillerState }[] = [];
      for (const { row } of some) {
        if (row.holder === 'filler')
          fillers.push({ before: row.filler, after: { ...row.filler, dueAt: now + policy.lookAgainMs } });
        else {
          const { retry } = row.transaction;
          const dueAt =
            nextRetryAt(policy.retry, Math.min(retry.count, policy.retry.maxRetries - 1), now, random.next()) ??
            now + policy.lookAgainMs;
          decisions.push(wait(row.transaction, { count: retry.count, dueAt, lastError: retry.lastError }));
        }
      }
      return {
        step: 'validate',
        at: now,
        ...changesOf(decisions),
        fillers,
        attempts: some.map(({ hash }) => ({ hash, sendingSince: now })),
      };
    };
    const result = await this.parts.ledger.commit(changes(checked));
    if (result.kind === 'committed') return checked;
    // Some rows moved while they were checked. They go on from where they are now; the others are claimed without them.
    const rows = await this.parts.work.forBroadcast(checked.map(({ item }) => item.transactionId));
    const unmoved = checked.filter(({ row, item }) => versionOf(rows.get(item.transactionId)) === versionOf(row));
    if (unmoved.length === 0 || unmoved.length === checked.length) return [];
    return (await this.parts.ledger.commit(changes(unmoved))).kind === 'committed' ? unmoved : [];
  }

  /** What the node said, onto the rows as they are now: whoever moved on meanwhile has it noted on the attempt alone. */
  private async settle(sent: readonly Checked[], answers: readonly SendAnswer[], startedAt: Millis): Promise<void> {
    const { work, clock, policy, log, metrics } = this.parts;
    const answered = answers.some(
      (answer) => isTaken(answer) || (answer.kind === 'error' && answer.class !== 'unavailable'),
    );
    const highest = Math.max(...sent.map(({ nonce }) => nonce));
    await decideAndCommit(this.parts.ledger, async () => {
      const rows = await work.forBroadcast(sent.map(({ item }) => item.transactionId));
      const now = clock.now();
      const decisions: Decision[] = [];
      const attempts: AttemptChange[] = [];
      const fillers: { before: FillerState; after: FillerState }[] = [];
      sent.forEach((one, i) => {
        const answer = answers[i] as SendAnswer;
        attempts.push(noteOf(one.hash, answer, now));
        const row = rows.get(one.item.transactionId);
        if (row?.holder === 'filler') {
          const after = isTaken(answer)
            ? { ...row.filler, dueAt: now + policy.lookAgainMs }
            : fillerWaits(row.filler, now, policy.pauseMs);
          if (after !== null && !isFinished(row.filler)) fillers.push({ before: row.filler, after });
        } else if (row !== undefined) {
          const facts = {
            ...tryFacts(this.parts, startedAt),
            answer,
            attempt: one,
            lookAgainMs: policy.lookAgainMs,
            othersGoOn: answered && one.nonce < highest,
            pauseMs: policy.pauseMs,
          };
          const decision = settleBroadcast(row.transaction, facts);
          if (decision !== null) decisions.push(decision);
        }
      });
      return { step: 'settle', at: now, ...changesOf(decisions), attempts, fillers };
    });
    const errors = answers.filter((answer) => answer.kind === 'error');
    for (const error of errors) metrics.count('broadcaster_node_errors_total', 1, { class: error.class });
    log.info(
      { sent: sent.length, errors: errors.length, ...(errors.length > 0 ? { first: errors[0]?.class } : {}) },
      'sent a batch',
    );
  }
}

const pending = (item: SubmitItem): SubmitOutcome => ({ transactionId: item.transactionId, outcome: 'pending' });

const isTaken = (answer: SendAnswer): boolean =>
  answer.kind === 'taken' || CLASS_POLICY[answer.class].outcome === 'accepted';

const versionOf = (row: BroadcastRow | undefined): number | null =>
  row === undefined ? null : row.holder === 'transaction' ? row.transaction.version : row.filler.version;

function refusalOf(row: BroadcastRow | undefined, bytes: Recovered): RefusalCode | null {
  if (row === undefined) return 'not_found';
  if (bytes.kind === 'malformed') return 'malformed';
  if (row.holder === 'filler') {
    const { filler } = row;
    if (isFinished(filler)) return 'not_open';
    const key = { chainId: filler.chainId, address: filler.signer };
    const attempt = row.attempt && { hash: row.attempt.hash, revision: 0 };
    return checkBytes(bytes, {
      chainId: filler.chainId,
      signer: filler.signer,
      heldNonce: filler.nonce,
      attempt,
      revision: 0,
      request: FILLER_REQUEST(key),
    });
  }
  const { transaction, request } = row;
  const refusal = checkBytes(bytes, {
    chainId: transaction.chainId,
    signer: transaction.signer,
    heldNonce: transaction.heldNonce,
    attempt: row.attempt,
    revision: transaction.revision,
    request,
  });
  if (refusal !== null) return refusal;
  // A queued row has no bytes that may be sent, even where it holds the nonce of earlier ones.
  return transaction.status === 'signed' || transaction.status === 'broadcast' || transaction.status === 'included'
    ? null
    : 'not_open';
}

function maySend(row: BroadcastRow, signer: SignerRow | undefined, nonce: number, maxInFlight: number): boolean {
  if (signer?.nextNonce == null) return false;
  // A filler heals on a paused signer too.
  if (signer.paused !== null && row.holder === 'transaction') return false;
  return nonce < windowEnd(signer.nextNonce, maxInFlight);
}

function toSendAnswer(answer: Answer<TxHash>): SendAnswer {
  if (answer.ok) return { kind: 'taken' };
  const { class: errorClass, retryAfterMs } = classify(answer.error);
  return { kind: 'error', class: errorClass, message: answer.error.message, retryAfterMs: retryAfterMs ?? null };
}

/** That a node took the bytes once more ends no row of looks that did not find them: a hash in the answer is no proof (lifecycle.md). */
const noteOf = (hash: TxHash, answer: SendAnswer, now: Millis): AttemptChange =>
  answer.kind === 'taken' || isTaken(answer)
    ? { hash, publishedAt: now, error: null }
    : { hash, error: { class: answer.class, message: answer.message.slice(0, 2_000) } };
