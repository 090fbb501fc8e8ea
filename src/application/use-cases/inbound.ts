import type { RequestChanges, TransactionRequest } from '../../domain/transaction/request.ts';
import type { Address, ChainId, JobId, Millis, TransactionId } from '../../domain/primitives.ts';
import type { Status } from '../../domain/transaction/transaction.ts';
import type { NewTransaction } from '../change-set.ts';
import type { SubmitItem, SubmitOutcome } from '../ports/endpoint-two.ts';
import type { TransactionFilter } from '../ports/views.ts';

/** One transaction as a client asks for it, validated and normalised. */
export interface Submission {
  readonly request: TransactionRequest;
  /** null: the only chain. */
  readonly chainId: ChainId | null;
  /** null: the service picks the least busy signer. */
  readonly from: Address | null;
  readonly validUntil: Millis | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** 1–255 visible ASCII characters, unique for the client. */
  readonly idempotencyKey: string | null;
}

export type AcceptResult =
  /** What was recorded, and when: all there is to know of it, so that nobody has to read it back. */
  | { readonly kind: 'created'; readonly id: TransactionId; readonly recorded: NewTransaction; readonly at: Millis }
  | { readonly kind: 'replayed'; readonly id: TransactionId }
  | { readonly kind: 'keyReused' }
  /** A field that only the configuration can judge: no such chain or signer, a time that is past. */
  | { readonly kind: 'invalid'; readonly path: string; readonly message: string };

/** Endpoint 1. Answers once the records are durable; concurrent calls share a commit. */
export interface AcceptTransactions {
  accept(client: string, submissions: readonly Submission[]): Promise<readonly AcceptResult[]>;
}

/** The state that a refused command met. */
export interface Current {
  readonly status: Status;
  readonly version: number;
}

export type CommandResult =
  | { readonly kind: 'done'; readonly id: TransactionId }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'illegal'; readonly current: Current; readonly message: string }
  | { readonly kind: 'versionConflict'; readonly current: Current }
  | { readonly kind: 'invalid'; readonly path: string; readonly message: string };

export interface Actor {
  /** `client:NAME` or `user:NAME`. */
  readonly name: string;
  readonly requestId: string | null;
}

/** An operator's retry of a failed transaction, with or without an edit; writes the audit entry in the same commit. */
export interface RetryTransaction {
  retry(command: {
    readonly id: TransactionId;
    readonly actor: Actor;
    readonly reason: string;
    readonly changes: RequestChanges & { readonly validUntil?: Millis | null };
    /** From `If-Match`: any of them; null: whatever it is. */
    readonly expectedVersions: readonly number[] | null;
  }): Promise<CommandResult>;
}

/** Many failed transactions as they are: the ids frozen at this moment, retried by a job that a worker goes on with until it is done. */
export interface CreateBulkRetry {
  create(command: {
    readonly actor: Actor;
    readonly reason: string;
    readonly of:
      | { readonly kind: 'ids'; readonly ids: readonly TransactionId[] }
      /** Among the open failures; `shown` is the filter as it was asked for. */
      | {
          readonly kind: 'filter';
          readonly filter: TransactionFilter;
          readonly shown: Readonly<Record<string, unknown>>;
        };
    /** Refused where another number is found. */
    readonly expectedCount: number | null;
  }): Promise<BulkRetryResult>;
}

export type BulkRetryResult =
  | { readonly kind: 'created'; readonly id: JobId }
  | { readonly kind: 'countDiffers'; readonly count: number }
  /** More than one job takes. */
  | { readonly kind: 'tooMany'; readonly most: number };

/** An operator's word that nobody will retry a failure; writes the audit entry in the same commit. */
export interface CloseFailure {
  close(command: {
    readonly id: TransactionId;
    readonly actor: Actor;
    readonly reason: string;
    readonly expectedVersions: readonly number[] | null;
  }): Promise<CommandResult>;
}

/** A client's cancel (its own only: another's is not found) or an operator's. */
export interface CancelTransaction {
  cancel(command: {
    readonly id: TransactionId;
    readonly actor: Actor;
    /** Set for a client. */
    readonly client: string | null;
    readonly reason: string | null;
    readonly expectedVersions: readonly number[] | null;
  }): Promise<CommandResult>;
}

/** Endpoint 2: checks signed bytes against the record, then broadcasts them. Outcomes in order, within 25 s. */
export interface ValidateAndBroadcast {
  submit(items: readonly SubmitItem[]): Promise<readonly SubmitOutcome[]>;
}
