import type { AuditEntry } from '../change-set.ts';
import type { Address, BlockRef, ChainId, Millis, TransactionId, TxHash } from '../../domain/primitives.ts';
import type { AttemptKind, AttemptOutcome } from '../../domain/transaction/attempt.ts';
import type { Failure } from '../../domain/transaction/failure.ts';
import type { TransactionRequest } from '../../domain/transaction/request.ts';
import type { RetryState, Status } from '../../domain/transaction/transaction.ts';
import type { SignerRow } from './work.ts';

/** What people see of a transaction. Quantities are wei or gas as bigint; times are milliseconds. */
export interface TransactionView {
  readonly id: TransactionId;
  readonly client: string;
  readonly version: number;
  readonly status: Status;
  readonly chainId: ChainId;
  readonly from: Address;
  /** The request of the revision shown: the newest, or the mined one's. */
  readonly request: TransactionRequest;
  /** The mined attempt's, else the held one, else the newest attempt's. */
  readonly nonce: number | null;
  /** The mined attempt's, else the newest's. */
  readonly hash: TxHash | null;
  readonly retry: RetryState;
  readonly failure: Failure | null;
  readonly settled: boolean;
  readonly closed: { readonly at: Millis; readonly by: string; readonly reason: string } | null;
  readonly block: BlockRef | null;
  readonly cancelRequested: boolean;
  readonly revision: number;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly validUntil: Millis | null;
  readonly idempotencyKey: string | null;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

export interface AttemptView {
  readonly kind: AttemptKind;
  readonly revision: number;
  readonly hash: TxHash;
  readonly nonce: number;
  readonly maxFeePerGasWei: bigint;
  readonly maxPriorityFeePerGasWei: bigint;
  readonly signedAt: Millis;
  readonly publishedAt: Millis | null;
  readonly outcome: AttemptOutcome;
  /** The last trouble with these bytes: its class, and the node's words (operators only). */
  readonly error: { readonly class: string; readonly message: string } | null;
}

export interface EventView {
  readonly id: string;
  readonly at: Millis;
  readonly type: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly actor: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface TransactionDetail extends TransactionView {
  readonly attempts: readonly AttemptView[];
  readonly events: readonly EventView[];
}

/** Everything absent does not filter. `client` is set for clients, who see their own only. */
export interface TransactionFilter {
  readonly client?: string;
  readonly statuses?: readonly Status[];
  readonly chainId?: ChainId;
  readonly from?: Address;
  readonly to?: Address;
  readonly hash?: TxHash;
  readonly nonce?: number;
  readonly errorCode?: string;
  /** Whether somebody closed its failure; false: everything else, failed or not. */
  readonly closed?: boolean;
  readonly idempotencyKey?: string;
  readonly createdAfter?: Millis;
  readonly createdBefore?: Millis;
  /** Finds id, hash, address, nonce, idempotency key; exactly. */
  readonly q?: string;
}

/** Position after the last row of a page: newest first by (createdAt, id). */
export interface PagePosition {
  readonly createdAt: Millis;
  readonly id: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: PagePosition | null;
}

export interface AuditView extends AuditEntry {
  readonly id: string;
  readonly at: Millis;
}

export interface SignerView extends SignerRow {
  readonly inFlight: number;
  readonly held: readonly number[];
  /** Nonces from the chain's next on that nobody holds below one that is held. */
  readonly gaps: readonly number[];
}

/** An event of the feed: whose, and of which transaction, besides. */
export interface FeedEvent extends EventView {
  readonly sequence: number;
  readonly transactionId: TransactionId;
  readonly client: string;
  readonly chainId: ChainId;
}

/** What was found going on from a position in the feed. */
export interface FeedChunk {
  readonly events: readonly FeedEvent[];
  /** Where to go on: behind everything that was looked at, shown or not. Never below the position that was asked from. */
  readonly position: number;
  /** There may be more at once; else the end is reached, or a number whose row may still become visible. */
  readonly more: boolean;
}

export interface Views {
  one(id: TransactionId, client?: string): Promise<TransactionDetail | null>;
  /** Without attempts and events, in the order of `ids`; unknown ones are left out. */
  many(ids: readonly TransactionId[]): Promise<readonly TransactionView[]>;
  page(filter: TransactionFilter, limit: number, after: PagePosition | null): Promise<Page<TransactionView>>;
  audit(limit: number, before: string | null): Promise<Page<AuditView>>;
  signers(): Promise<readonly SignerView[]>;
  /**
   * The feed behind a position (0: from its beginning), in order: everybody's, or a client's own. It looks at a bounded number of rows a
   * call, so a chunk may be empty and still have got on. Whoever goes on from `position` meets every event once, also those that another
   * process's commit makes visible after later ones.
   */
  eventsAfter(position: number, limit: number, client?: string): Promise<FeedChunk>;
  /** The position from which everything that becomes visible from now on is met. */
  endOfEvents(): Promise<number>;
}
