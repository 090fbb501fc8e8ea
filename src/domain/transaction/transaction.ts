import type { RetryCause } from '../retry/retry-cause.ts';
import type { Address, BlockRef, ChainId, Millis, TransactionId, TxHash } from '../primitives.ts';
import type { AttemptKind } from './attempt.ts';
import type { FailureCode } from './failure.ts';

export const STATUSES = [
  'queued',
  'signed',
  'broadcast',
  'included',
  'confirmed',
  'reverted',
  'failed',
  'cancelled',
  'expired',
] as const;
export type Status = (typeof STATUSES)[number];

export const TERMINAL_STATUSES = ['confirmed', 'reverted', 'cancelled', 'expired'] as const satisfies readonly Status[];
/** Rows that somebody still works on; only these hold a nonce (invariant 4). */
export const OPEN_STATUSES = ['queued', 'signed', 'broadcast', 'included'] as const satisfies readonly Status[];
export type OpenStatus = (typeof OPEN_STATUSES)[number];

export const isOpen = (status: Status): status is OpenStatus => (OPEN_STATUSES as readonly Status[]).includes(status);

/** Waiting is not a status: the row keeps its status and carries this. */
export interface RetryState {
  /** Retries used of the one budget over all stages; an operator's retry starts it anew. */
  readonly count: number;
  /** When the row is to be worked on next; null: something else wakes it (a block, the window). */
  readonly dueAt: Millis | null;
  /** The last trouble: the class of a node's answer or a cause of our own (`cannotSign` …); null: none. */
  readonly lastError: RetryCause | null;
}

/** The attempt that is in a block of the canonical chain, and where. */
export interface Inclusion {
  readonly block: BlockRef;
  readonly hash: TxHash;
  readonly kind: AttemptKind;
  /** The revision that was mined, which is what Confirmed shows (rule 12). */
  readonly revision: number;
}

interface Common {
  readonly id: TransactionId;
  readonly chainId: ChainId;
  readonly signer: Address;
  /** Optimistic version; goes up by one with every commit that touches the row. */
  readonly version: number;
  /** The newest revision's number; after Confirmed or Reverted, the mined one's. */
  readonly revision: number;
  readonly cancelRequested: boolean;
  readonly validUntil: Millis | null;
  readonly retry: RetryState;
  /** The one nonce that all live attempts share (invariant 1), or null where none is live. */
  readonly liveNonce: number | null;
  /** The newest attempt's hash, live or not. */
  readonly attemptHash: TxHash | null;
}

/** The row as the lifecycle sees it: a union by status, so that no state can be built that has no meaning. */
export type Transaction = Queued | Signed | Broadcast | Included | Failed | Settled;

export interface Queued extends Common {
  readonly status: 'queued';
  readonly heldNonce: number | null;
}
export interface Signed extends Common {
  readonly status: 'signed';
  readonly heldNonce: number;
}
export interface Broadcast extends Common {
  readonly status: 'broadcast';
  readonly heldNonce: number;
}
export interface Included extends Common {
  readonly status: 'included';
  /** Null where it was included from `failed`, or from `queued` without one: late bytes hold nothing. */
  readonly heldNonce: number | null;
  /** Where a reorg takes it back to. */
  readonly includedFrom: 'queued' | 'broadcast' | 'failed';
  readonly inclusion: Inclusion;
  /** Kept while included from `failed`: a reorg brings it back. */
  readonly failureCode: FailureCode | null;
}
export interface Failed extends Common {
  readonly status: 'failed';
  readonly heldNonce: null;
  /** Its message is in the table of failures; no rule reads it. */
  readonly failureCode: FailureCode;
}
export interface Settled extends Common {
  readonly status: 'confirmed' | 'reverted' | 'cancelled' | 'expired';
  readonly heldNonce: null;
  /** Null for expired, and for cancelled before anything was signed. */
  readonly inclusion: Inclusion | null;
}

/** True when nothing of it can be mined any more than what its status says: safe to pay otherwise. */
export const isSettled = (transaction: Pick<Transaction, 'status' | 'liveNonce'>): boolean =>
  (TERMINAL_STATUSES as readonly Status[]).includes(transaction.status) ||
  (transaction.status === 'failed' && transaction.liveNonce === null);
