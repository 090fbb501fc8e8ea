import type { FailureCode } from '../domain/transaction/failure.ts';
import type { Attempt, AttemptOutcome } from '../domain/transaction/attempt.ts';
import type { FillerState } from '../domain/nonce/filler.ts';
import type {
  Address,
  BlockRef,
  BlockHash,
  ChainId,
  Hex,
  HolderId,
  JobId,
  Millis,
  SignerKey,
  TransactionId,
  TxHash,
} from '../domain/primitives.ts';
import type { TransactionRequest } from '../domain/transaction/request.ts';
import type { TimelineType } from '../domain/transaction/timeline.ts';
import type { Transaction } from '../domain/transaction/transaction.ts';

/** Names the commit: for failpoints, metrics and traces. */
export const STEPS = [
  'accept',
  'reserve',
  'attempts',
  'validate',
  'settle',
  'cursor',
  'filler',
  'cancel',
  'retry',
  'sweep',
  'signer',
  'account',
  'close',
  'bulk', // a job is created; what it does are commits of the step that it repeats
  'chain',
  'purge',
  'adopt', // of mined bytes that a restored record had lost
] as const;
export type Step = (typeof STEPS)[number];

/**
 * The only way that anything changes (architecture.md): all of it or nothing, in one database transaction.
 * A status cannot change without its event, its wake-up and its version check, since they travel together.
 */
export interface ChangeSet {
  readonly step: Step;
  readonly at: Millis;
  readonly accepted?: readonly NewTransaction[];
  readonly revisions?: readonly NewRevision[];
  readonly transactions?: readonly Move[];
  readonly newAttempts?: readonly NewAttempt[];
  readonly attempts?: readonly AttemptChange[];
  readonly closedAttempts?: readonly ClosedAttempts[];
  readonly newFillers?: readonly FillerState[];
  readonly fillers?: readonly FillerMove[];
  readonly signers?: readonly SignerMove[];
  readonly chains?: readonly NewChain[];
  readonly cursors?: readonly CursorMove[];
  readonly events?: readonly TimelineEvent[];
  readonly wakeUps?: readonly WakeUp[];
  readonly letters?: readonly LetterChange[];
  readonly failures?: readonly FailureChange[];
  readonly audit?: readonly AuditEntry[];
  /** What became final with this commit has paid these fees. No more than a figure: nothing is decided by it. */
  readonly spent?: readonly Spent[];
  readonly newJobs?: readonly NewJob[];
  /** Marked in the commit that does it, so that nothing is done twice: an item that is not pending any more is a conflict (`version`). */
  readonly jobItems?: readonly JobItem[];
  /** Given by lanes and trackers: the commit is refused if the lease has passed on. */
  readonly fence?: LeaseToken;
}

/** A lease as it was acquired; `token` grows by one at each take-over. */
export interface LeaseToken {
  readonly name: string;
  readonly token: number;
}

/** A transaction as accepted, queued without a nonce; its content becomes revision 0. */
export interface NewTransaction {
  readonly id: TransactionId;
  readonly client: string;
  readonly chainId: ChainId;
  readonly signer: Address;
  readonly validUntil: Millis | null;
  /** Unique for a client; an existing one is an outcome of the item, no conflict. */
  readonly idempotencyKey: string | null;
  /** The normalised request as one canonical text: kept as a keyed hash and compared when the key is used again. */
  readonly fingerprint: string;
  /** It may not be created any more (validUntil has passed), but its key may be on record: then it is a repetition. */
  readonly onlyReplay: boolean;
  readonly content: RevisionContent;
}

export interface NewRevision {
  readonly transactionId: TransactionId;
  readonly number: number;
  /** `client:NAME` or `user:NAME`. */
  readonly author: string;
  readonly reason: string;
  readonly content: RevisionContent;
}

/** A row from one state to the next, made by `transition()` or `reschedule()` only. */
interface Move {
  readonly before: Transaction;
  readonly after: Transaction;
}

export type NewAttempt = Omit<Attempt, 'sendingSince' | 'publishedAt' | 'unknownLooks' | 'errorClass'> & {
  readonly holder: 'transaction' | 'filler';
  readonly signer: SignerKey;
  /** The raw signed bytes. Sealed on disk, like all that quotes a request: whoever has them can send them. */
  readonly raw: Hex;
};

/** Only what is named changes. */
export interface AttemptChange {
  readonly hash: TxHash;
  readonly sendingSince?: Millis | null;
  readonly publishedAt?: Millis;
  readonly unknownLooks?: number;
  readonly outcome?: AttemptOutcome;
  readonly error?: { readonly class: string; readonly message: string } | null;
}

/** All live attempts of a holder end: `mined` is the one that was, null when its nonce was lost. */
export interface ClosedAttempts {
  readonly holderId: HolderId;
  readonly mined: { readonly hash: TxHash; readonly outcome: 'confirmed' | 'reverted' } | null;
}

export interface FillerMove {
  readonly before: FillerState;
  readonly after: FillerState;
}

/**
 * `expectedVersion` is given by who takes nonces: taking locks the signer's row and its version goes up.
 * The tracker's figures come without one, since they bind nobody.
 */
export interface SignerMove {
  readonly key: SignerKey;
  readonly expectedVersion?: number;
  readonly nextNonce?: number;
  readonly balanceWei?: bigint;
  /** `isPastRestore`: what a restore has left open is decided, and it stays paused for this reason alone. */
  readonly paused?: { readonly reason: string; readonly at: Millis; readonly isPastRestore?: boolean } | null;
}

/** A chain seen for the first time: genesis pinned, cursor at a head that was read before anything was live. */
interface NewChain {
  readonly chainId: ChainId;
  readonly genesisHash: BlockHash;
}

export interface CursorMove {
  readonly chainId: ChainId;
  /** null: the first cursor of this chain. */
  readonly from: BlockRef | null;
  readonly to: BlockRef;
  /** The blocks that become known (`to` among them when forward). */
  readonly blocks: readonly (BlockRef & { readonly parentHash: BlockHash })[];
  /** Blocks above this number are forgotten (a step back). */
  readonly forgetAbove?: number;
  /** The highest block that is final now; never goes back. */
  readonly finalNumber?: number;
  /** Blocks below this number are no longer needed. */
  readonly forgetBelow?: number;
  /** A jump: refused (Conflict) if any attempt is live at the commit. */
  readonly onlyIfNothingLive?: boolean;
}

export interface TimelineEvent {
  readonly transactionId: TransactionId;
  readonly type: TimelineType;
  readonly from: string | null;
  readonly to: string | null;
  readonly actor: string;
  /** What is shown beside the type; sealed on disk, since it may quote a request or a node. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** A hint that a signer's lane has work; never data, never the truth (invariant 3). */
export interface WakeUp {
  readonly signer: SignerKey;
  readonly ids: readonly HolderId[];
  /** Earliest useful moment; absent: now. */
  readonly notBefore?: Millis;
}

export type LetterChange =
  | { readonly kind: 'put'; readonly transactionId: TransactionId; readonly code: FailureCode }
  | { readonly kind: 'remove'; readonly transactionId: TransactionId };

export type FailureChange =
  | {
      readonly kind: 'opened';
      readonly transactionId: TransactionId;
      readonly code: FailureCode;
      readonly message: string;
      readonly nodeMessage: string | null;
    }
  /** A reorg took a late inclusion back: the failure that was resolved stands again. */
  | { readonly kind: 'reopened'; readonly transactionId: TransactionId }
  | { readonly kind: 'resolved'; readonly transactionId: TransactionId }
  /** A person said that nobody will retry it; it stays so over a late inclusion and its reorg. */
  | { readonly kind: 'closed'; readonly transactionId: TransactionId; readonly by: string; readonly reason: string };

interface Spent {
  readonly chainId: ChainId;
  readonly feesWei: bigint;
}

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly transactionId: TransactionId | null;
  readonly reason: string | null;
  /** `{field: {old, new}}` and the like; sealed on disk. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly requestId: string | null;
}

/** A bulk retry; done at once where there is nothing to do. */
export interface NewJob {
  readonly id: JobId;
  /** `user:NAME`. */
  readonly createdBy: string;
  readonly requestId: string | null;
  readonly reason: string;
  /** As it is to be shown; sealed on disk. Null: named by ids. */
  readonly filter: Readonly<Record<string, unknown>> | null;
  /** In the order in which they are to be worked on, no id twice. */
  readonly transactionIds: readonly TransactionId[];
}

/** What became of one transaction of a job; the last one ends it. */
export interface JobItem {
  readonly jobId: JobId;
  readonly transactionId: TransactionId;
  readonly outcome: 'retried' | 'skipped' | 'failed';
  /** Why it was not retried, in our own words: nothing of a request. */
  readonly why: { readonly code: string; readonly message: string } | null;
}

/** What a revision's envelope holds. */
export interface RevisionContent {
  readonly request: TransactionRequest;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly idempotencyKey: string | null;
}
