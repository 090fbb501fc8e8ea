import type { Address, ChainId, Millis, TransactionId } from '../../domain/primitives.ts';
import type { ChangeSet, NewTransaction } from '../change-set.ts';
import { wakeUpsFor } from '../changes-of.ts';
import type { Clock, IdGenerator } from '../ports/clock.ts';
import type { AcceptOutcome, Ledger } from '../ports/ledger.ts';
import { LedgerUnavailable } from '../ports/ledger-unavailable.ts';
import { CommitQueue } from './accept/commit-queue.ts';
import type { IntakePressure } from './accept/intake-pressure.ts';
import type { AcceptResult, AcceptTransactions, Submission } from './inbound.ts';
import { canonicalText } from './canonical-text.ts';
import type { SignerChooser } from './choose-signer.ts';

export interface AcceptParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly chooser: Pick<SignerChooser, 'known' | 'leastBusy'>;
  readonly chainIds: readonly ChainId[];
  readonly pressure: Pick<IntakePressure, 'note'>;
}

interface Lane {
  readonly chainId: ChainId;
  readonly signer: Address;
}

/** Endpoint 1: records what clients want. Calls that arrive while a commit is under way share the next one, and its fsync. */
export class Accept implements AcceptTransactions {
  private readonly commits: CommitQueue;

  constructor(private readonly parts: AcceptParts) {
    this.commits = new CommitQueue((items) => this.commit(items), parts.pressure);
  }

  /** Takes nothing any more (the process is stopping); what is in hand is still recorded. */
  close(): void {
    this.commits.close();
  }

  async accept(client: string, submissions: readonly Submission[]): Promise<readonly AcceptResult[]> {
    const lanes = await Promise.all(submissions.map((submission) => this.laneOf(submission)));
    // Ids in one go, as they are the order of acceptance: a signer that had to be chosen first must not put its item behind the next one.
    const checked = submissions.map((submission, i) => this.check(client, submission, lanes[i] as Lane | AcceptResult));
    const items = checked.filter((item): item is NewTransaction => !('kind' in item));
    const results = items.length === 0 ? [] : await this.commits.record(items);
    let next = 0;
    return checked.map((item) => ('kind' in item ? item : (results[next++] as AcceptResult)));
  }

  private async laneOf(submission: Submission): Promise<Lane | AcceptResult> {
    const { chainIds, chooser } = this.parts;
    const chainId = submission.chainId ?? (chainIds.length === 1 ? chainIds[0] : undefined);
    if (chainId === undefined)
      return { kind: 'invalid', path: 'chainId', message: `say which chain: ${chainIds.join(', ')}` };
    if (!chainIds.includes(chainId))
      return {
        kind: 'invalid',
        path: 'chainId',
        message: `no such chain is configured; there is ${chainIds.join(', ')}`,
      };
    const signer =
      submission.from === null
        ? await chooser.leastBusy(chainId)
        : chooser.known({ chainId, address: submission.from });
    return signer === null
      ? { kind: 'invalid', path: 'from', message: 'no such signer is configured for this chain' }
      : { chainId, signer };
  }

  private check(client: string, submission: Submission, lane: Lane | AcceptResult): NewTransaction | AcceptResult {
    if ('kind' in lane) return lane;
    const { clock, ids } = this.parts;
    const { chainId, signer } = lane;
    const late = submission.validUntil !== null && submission.validUntil <= clock.now();
    if (late && submission.idempotencyKey === null) return LATE;
    const { request, metadata, idempotencyKey, validUntil } = submission;
    return {
      id: ids.next() as TransactionId,
      client,
      chainId,
      signer,
      validUntil,
      idempotencyKey,
      fingerprint: fingerprintOf({ ...request, chainId, from: submission.from, validUntil, metadata }),
      onlyReplay: late,
      content: { request, metadata, idempotencyKey },
    };
  }

  private async commit(accepted: readonly NewTransaction[]): Promise<readonly AcceptResult[]> {
    const at = this.parts.clock.now();
    const changes: ChangeSet = {
      step: 'accept',
      at,
      accepted,
      events: accepted.map((item) => ({
        transactionId: item.id,
        type: 'Accepted',
        from: null,
        to: 'queued',
        actor: `client:${item.client}`,
        detail: null,
      })),
      wakeUps: wakeUpsFor(
        accepted.map((item) => ({ id: item.id, signer: { chainId: item.chainId, address: item.signer } })),
      ),
    };
    const result = await this.parts.ledger.commit(changes);
    // Only a race for one idempotency key over several processes can conflict here; the caller's retry finds the winner.
    if (result.kind === 'conflict') throw new LedgerUnavailable(`intake met a conflict (${result.reason})`);
    return result.accepted.map((outcome, i) => toResult(outcome, accepted[i] as NewTransaction, at));
  }
}

/** What is not asked for is left out, so that a field which a later release adds does not make an old request another one. */
const fingerprintOf = (request: Readonly<Record<string, unknown>>): string =>
  canonicalText(Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null)));

const LATE: AcceptResult = { kind: 'invalid', path: 'validUntil', message: 'must be in the future' };

function toResult(outcome: AcceptOutcome, recorded: NewTransaction, at: Millis): AcceptResult {
  switch (outcome.kind) {
    case 'created':
      return { kind: 'created', id: outcome.id, recorded, at };
    case 'replayed':
      return { kind: 'replayed', id: outcome.id };
    case 'keyReused':
      return { kind: 'keyReused' };
    case 'notCreated':
      return LATE;
  }
}
