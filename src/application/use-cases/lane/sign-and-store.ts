import { decide, wait, type Decision } from '../../../domain/decisions/decision.ts';
import { retryOrFail } from '../../../domain/decisions/retry-or-fail.ts';
import { waitUncounted } from '../../../domain/retry/count-failure.ts';
import { fillerSigned, fillerWaits } from '../../../domain/nonce/observe-filler.ts';
import type { FillerState } from '../../../domain/nonce/filler.ts';
import type { Millis, SignerKey } from '../../../domain/primitives.ts';
import type { AttemptKind, UnsignedTransaction } from '../../../domain/transaction/attempt.ts';
import type { Transaction } from '../../../domain/transaction/transaction.ts';
import type { FillerMove, NewAttempt } from '../../change-set.ts';
import { changesOf } from '../../changes-of.ts';
import type { Conflict } from '../../ports/ledger.ts';
import type { SignOutcome, Signer } from '../../ports/signer.ts';
import type { SignedBytes } from '../../ports/transaction-codec.ts';
import { mostItCosts } from './build.ts';
import type { FundsInFlight } from './funds.ts';
import type { ToHand } from './hand-over.ts';
import { tryFacts } from '../policy.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Round } from './round.ts';

/** Bytes to be made for a holder. `added`: new bytes for one that is signed already. */
export type ToSign = { readonly unsigned: UnsignedTransaction; readonly kind: AttemptKind } & (
  | { readonly holder: 'transaction'; readonly transaction: Transaction; readonly added: boolean }
  | { readonly holder: 'filler'; readonly filler: FillerState }
);

export interface Stored {
  /** Durable bytes to hand over; of those whose nonce is in the window. */
  readonly items: readonly ToHand[];
  readonly conflict: Conflict | null;
}

type SignFailure = Extract<SignOutcome, { kind: 'failed' }>;

/** What bytes of one signer are made in. */
export interface Batch {
  readonly key: SignerKey;
  /** Bytes at this nonce or above are stored and wait until the tracker moves the window. */
  readonly windowEnd: number;
  readonly round: Round;
  readonly funds: FundsInFlight;
}

/** How often bytes are made anew, since they were another holder's. Rivals at the nonce are counted already, so one more nearly always does. */
const MOST_SALTS = 5n;

/** A stored row whose bytes nobody handed over is found by the sweeper after this. */
const HAND_OVER_MS = 5_000;

/** Signs and stores, and makes bytes that turn out to be another holder's once more, with other terms. */
export async function signApart(
  parts: LaneParts,
  batch: Batch,
  jobsAt: (salt: bigint) => readonly ToSign[],
): Promise<Stored> {
  let stored = await signAndStore(parts, batch, jobsAt(0n));
  for (let salt = 1n; salt < MOST_SALTS && stored.conflict?.reason === 'hash'; salt++)
    stored = await signAndStore(parts, batch, jobsAt(salt));
  return stored;
}

/**
 * Signs and stores: the bytes are durable before any node sees them (invariant 2). What cannot be signed gives its nonce back, so that
 * nobody waits behind it.
 */
async function signAndStore(
  parts: LaneParts,
  { key, windowEnd, round, funds }: Batch,
  jobs: readonly ToSign[],
): Promise<Stored> {
  if (jobs.length === 0) return { items: [], conflict: null };
  const startedAt = parts.clock.now();
  const outcomes = await signAll(parts, key, jobs);
  tell(parts, outcomes);
  const signed = jobs.flatMap((job, i) => {
    const outcome = outcomes[i] as SignOutcome;
    return outcome.kind === 'signed' ? [{ job, signature: outcome.signature }] : [];
  });
  const failed = jobs.flatMap((job, i) => {
    const outcome = outcomes[i] as SignOutcome;
    return outcome.kind === 'failed' ? [{ job, outcome }] : [];
  });
  const bytes = await parts.codec.assemble(
    signed.map(({ job }) => job.unsigned),
    signed.map(({ signature }) => signature),
  );
  const now = parts.clock.now();
  const made = signed.map(({ job }, i): Made => ({ job, ...(bytes[i] as SignedBytes) }));
  const stored = storedOf(made, windowEnd, now);
  const refused = refusedOf(parts, failed, startedAt, now);
  const result = await round.commit({
    step: 'attempts',
    at: now,
    ...changesOf([...stored.decisions, ...refused.decisions]),
    newAttempts: stored.kept.map((one) => newAttempt(one, key, now)),
    fillers: [...stored.fillers, ...refused.fillers],
  });
  if (result.kind === 'conflict') return { items: [], conflict: result };
  for (const { job } of stored.kept) funds.set(job.unsigned.nonce, mostItCosts(job.unsigned));
  const inWindow = stored.kept.filter(({ job }) => job.unsigned.nonce < windowEnd);
  return { items: inWindow.map(itemOf), conflict: null };
}

/** What holders become by it. */
interface Moves {
  readonly decisions: readonly Decision[];
  readonly fillers: readonly FillerMove[];
}

interface Made extends SignedBytes {
  readonly job: ToSign;
}

/** `kept`: without those that their holder cannot take any more. */
function storedOf(made: readonly Made[], windowEnd: number, now: Millis): Moves & { readonly kept: readonly Made[] } {
  const decisions: Decision[] = [];
  const fillers: FillerMove[] = [];
  const kept: Made[] = [];
  for (const one of made) {
    const { job, hash } = one;
    if (job.holder === 'transaction') {
      const type = job.added ? ('AttemptAdded' as const) : ('Signed' as const);
      const dueAt = job.unsigned.nonce < windowEnd ? now + HAND_OVER_MS : null;
      const decision = decide(job.transaction, { type, hash, kind: job.kind, dueAt });
      if (decision === null) continue;
      decisions.push(decision);
    } else {
      const after = fillerSigned(job.filler, hash, now + HAND_OVER_MS);
      if (after === null) continue;
      fillers.push({ before: job.filler, after });
    }
    kept.push(one);
  }
  return { decisions, fillers, kept };
}

interface Failed {
  readonly job: ToSign;
  readonly outcome: SignFailure;
}

function refusedOf(parts: LaneParts, failed: readonly Failed[], startedAt: Millis, now: Millis): Moves {
  const decisions: Decision[] = [];
  const fillers: FillerMove[] = [];
  for (const { job, outcome } of failed) {
    if (job.holder === 'transaction') {
      const decision = notSigned(parts, job.transaction, outcome, startedAt);
      if (decision !== null) decisions.push(decision);
    } else {
      const after = fillerWaits(job.filler, now, parts.policy.pauseMs);
      if (after !== null) fillers.push({ before: job.filler, after });
    }
  }
  return { decisions, fillers };
}

function tell({ metrics }: LaneParts, outcomes: readonly SignOutcome[]): void {
  const signed = outcomes.filter((outcome) => outcome.kind === 'signed').length;
  metrics.observe('broadcaster_sign_batch_items', outcomes.length);
  metrics.count('broadcaster_signatures_total', signed, { outcome: 'signed' });
  for (const reason of ['throttled', 'unavailable', 'unusable'] as const) {
    const failed = outcomes.filter((outcome) => outcome.kind === 'failed' && outcome.reason === reason).length;
    if (failed > 0) metrics.count('broadcaster_signatures_total', failed, { outcome: reason });
  }
}

async function signAll(parts: LaneParts, key: SignerKey, jobs: readonly ToSign[]): Promise<readonly SignOutcome[]> {
  const signer: Signer | null = parts.signers.find(key);
  if (signer === null) {
    const missing: SignOutcome = { kind: 'failed', reason: 'unusable', message: 'this signer is no longer configured' };
    return jobs.map(() => missing);
  }
  const digests = await parts.codec.digests(jobs.map((job) => job.unsigned));
  return signer.sign(digests);
}

function notSigned(
  parts: LaneParts,
  transaction: Transaction,
  outcome: SignFailure,
  startedAt: Millis,
): Decision | null {
  parts.log.warn(
    { transactionId: transaction.id, reason: outcome.reason, detail: outcome.message },
    'could not be signed',
  );
  if (outcome.reason === 'throttled') {
    return wait(transaction, waitUncounted(transaction.retry, parts.clock.now() + parts.policy.pauseMs, 'throttled'));
  }
  return retryOrFail(transaction, tryFacts(parts, startedAt), 'cannotSign', {
    releaseNonce: true,
    nodeMessage: outcome.message,
  });
}

const holderOf = (job: ToSign) => (job.holder === 'transaction' ? job.transaction : job.filler);

const itemOf = ({ job, raw, hash }: Made): ToHand => ({ transactionId: holderOf(job).id, rawTransaction: raw, hash });

const newAttempt = ({ job, raw, hash }: Made, key: SignerKey, now: Millis): NewAttempt => ({
  hash,
  holder: job.holder,
  holderId: holderOf(job).id,
  signer: key,
  kind: job.kind,
  revision: job.holder === 'transaction' ? job.transaction.revision : 0,
  nonce: job.unsigned.nonce,
  gasLimit: job.unsigned.gasLimit,
  maxFeePerGasWei: job.unsigned.maxFeePerGasWei,
  maxPriorityFeePerGasWei: job.unsigned.maxPriorityFeePerGasWei,
  signedAt: now,
  raw,
});
