import type { FailureCode } from '../../domain/transaction/failure.ts';
import type { FillerState } from '../../domain/nonce/filler.ts';
import type {
  Address,
  BlockHash,
  BlockRef,
  ChainId,
  Hex,
  HolderId,
  Millis,
  SignerKey,
  TransactionId,
  TxHash,
} from '../../domain/primitives.ts';
import type { Attempt, AttemptKind } from '../../domain/transaction/attempt.ts';
import type { TransactionRequest } from '../../domain/transaction/request.ts';
import type { Transaction } from '../../domain/transaction/transaction.ts';

/** A signer's row as a lane needs it. */
export interface SignerRow {
  readonly key: SignerKey;
  readonly version: number;
  /** The account's nonce count at the cursor's block: where an allocation starts. Null until the tracker has seen it. */
  readonly nextNonce: number | null;
  readonly balanceWei: bigint | null;
  readonly paused: Pause | null;
}

/** Nothing new is signed for it until a person lets it go on. */
export interface Pause {
  readonly reason: string;
  readonly at: Millis;
  /** The record is a backup: nothing at all is signed or sent for the signer, and nothing concluded from what the record does not know. */
  readonly restored?: RestorePoint;
}

/** Up to where a restored record knows what was done with a signer's key. */
export interface RestorePoint {
  readonly at: Millis;
  /** Of the backup. */
  readonly takenAt: Millis;
  /** The last block that it had read; null: none. */
  readonly cursor: BlockRef | null;
  /** The account's nonce count there; null: not known. */
  readonly nextNonce: number | null;
}

export const isRestored = ({ paused }: Pick<SignerRow, 'paused'>): boolean => paused?.restored !== undefined;

/** One that the tracker has not seen yet. */
export const unseenSigner = (key: SignerKey): SignerRow => ({
  key,
  version: 0,
  nextNonce: null,
  balanceWei: null,
  paused: null,
});

interface HeldNonce {
  readonly nonce: number;
  readonly holderId: HolderId;
}

export interface LaneState {
  readonly signer: SignerRow;
  readonly cursor: BlockRef | null;
  /** Ascending by nonce. */
  readonly held: readonly HeldNonce[];
}

export interface ReadyRow {
  readonly transaction: Transaction;
  readonly request: TransactionRequest;
}

/** A holder whose newest bytes are to be looked up or sent again. */
export type ResubmitRow = {
  readonly attempt: Attempt;
  readonly raw: Hex;
} & (
  | { readonly holder: 'transaction'; readonly transaction: Transaction }
  | { readonly holder: 'filler'; readonly filler: FillerState }
);

/** Which of a lane's holders with bytes are looked at. */
export interface ResubmitPage {
  readonly now: Millis;
  readonly belowNonce: number;
  readonly limit: number;
  /** For whoever takes over a lane: the next ones after this nonce, due or not. Null: those that are due. */
  readonly recovery: { readonly afterNonce: number } | null;
}

/** What endpoint 2 compares signed bytes with. */
export type BroadcastRow = {
  /** The newest bytes. */
  readonly attempt: Pick<Attempt, 'hash' | 'revision'> | null;
} & (
  | { readonly holder: 'transaction'; readonly transaction: Transaction; readonly request: TransactionRequest }
  | { readonly holder: 'filler'; readonly filler: FillerState }
);

/** A live attempt found by its hash, with the state of its holder. */
export type LiveRow = {
  readonly hash: TxHash;
  readonly kind: AttemptKind;
  readonly revision: number;
  readonly nonce: number;
} & (
  | { readonly holder: 'transaction'; readonly transaction: Transaction }
  | { readonly holder: 'filler'; readonly filler: FillerState }
);

/** Rows of a block, or below a nonce. */
export interface Holders {
  readonly transactions: readonly Transaction[];
  readonly fillers: readonly FillerState[];
}

export interface KnownBlock extends BlockRef {
  readonly parentHash: BlockHash;
}

export interface ChainCursor {
  readonly genesisHash: BlockHash;
  readonly cursor: BlockRef | null;
  /** The highest block that was ever called final. */
  readonly finalNumber: number | null;
  /** The last blocks of the cursor's chain, newest first. */
  readonly blocks: readonly KnownBlock[];
}

/** A live attempt at a nonce, whoever's: what fees must outbid (replacement rules) and whose bytes are to differ. */
export interface Competitor extends Pick<
  Attempt,
  'nonce' | 'hash' | 'holderId' | 'kind' | 'revision' | 'gasLimit' | 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'
> {
  /** It was handed to a node, whatever was answered. */
  readonly sent: boolean;
}

/** What is due, grouped by lane; ids are hints. */
export interface DueLane {
  readonly signer: SignerKey;
  readonly ids: readonly HolderId[];
}

/** A failed transaction that nobody has retried, resolved or closed. */
export interface OpenFailure {
  readonly transactionId: TransactionId;
  readonly code: FailureCode;
  readonly at: Millis;
}

/** Narrow reads, one for each step: that step's columns only, always batches. */
export interface Work {
  lane(signer: SignerKey): Promise<LaneState>;
  /**
   * Queued rows that are due, in order of due time and acceptance, with the newest revision's request.
   * `withNonce`: only those that hold a nonce or have live bytes at one, where no new ones are to be given out.
   */
  readyToSign(signer: SignerKey, now: Millis, limit: number, withNonce: boolean): Promise<readonly ReadyRow[]>;
  /** Fillers that have no bytes yet. */
  fillersToSign(signer: SignerKey): Promise<readonly FillerState[]>;
  /** Signed, broadcast and filler rows with bytes that are due or wait for the window (no due time while signed), by nonce. */
  toResubmit(signer: SignerKey, page: ResubmitPage): Promise<readonly ResubmitRow[]>;
  /** An id that is not on record has no entry. */
  forBroadcast(ids: readonly HolderId[]): Promise<ReadonlyMap<HolderId, BroadcastRow>>;
  /** Live attempts at these nonces, whoever holds them now: what new bytes must outbid and differ from. */
  competitors(signer: SignerKey, nonces: readonly number[]): Promise<readonly Competitor[]>;
  liveAttempts(chainId: ChainId, hashes: readonly TxHash[]): Promise<readonly LiveRow[]>;
  anyLive(chainId: ChainId): Promise<boolean>;
  signers(chainId: ChainId): Promise<readonly SignerRow[]>;
  /** Holders with a live attempt below `nonce` that are not included. */
  liveBelow(signer: SignerKey, nonce: number): Promise<Holders>;
  includedIn(chainId: ChainId, block: BlockHash): Promise<Holders>;
  /** Included rows of blocks up to `blockNumber`, oldest first. */
  awaitingDepth(chainId: ChainId, blockNumber: number, limit: number): Promise<Holders>;
  chain(chainId: ChainId): Promise<ChainCursor | null>;
  /** Open rows a signer has, for choosing the least busy one. */
  load(chainId: ChainId): Promise<ReadonlyMap<Address, number>>;
  transactions(ids: readonly TransactionId[]): Promise<ReadonlyMap<TransactionId, Transaction>>;
  /** When the next row of a lane is due; null when nothing waits for a time. */
  nextDueAt(signer: SignerKey): Promise<Millis | null>;
  /** Lanes with something due, and rows that must leave `queued` (expired, cancelled). */
  due(now: Millis, limit: number): Promise<readonly DueLane[]>;
  /** Queued rows past `validUntil`, and queued rows whose cancel was accepted and that have no live attempt. */
  toClose(now: Millis, limit: number): Promise<readonly Transaction[]>;
  /**
   * Waiting rows that were written after `at` and are due after it: by a clock that was ahead. Of fillers, which keep no such time, those
   * that are due later than one ever waits for its next try.
   */
  writtenAhead(at: Millis, limit: number): Promise<Holders>;
  /** Newest first, by time and id; `before`: the last one of the page before. */
  openFailures(limit: number, before: OpenFailure | null): Promise<readonly OpenFailure[]>;
}
