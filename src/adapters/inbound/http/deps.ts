import type { Accounts } from '../../../application/ports/accounts.ts';
import type { BulkJobs } from '../../../application/ports/bulk-jobs.ts';
import type { Clock, IdGenerator } from '../../../application/ports/clock.ts';
import type { Log, Metrics } from '../../../application/ports/observability.ts';
import type { Views } from '../../../application/ports/views.ts';
import type {
  AcceptTransactions,
  CancelTransaction,
  CloseFailure,
  CreateBulkRetry,
  RetryTransaction,
  ValidateAndBroadcast,
} from '../../../application/use-cases/inbound.ts';
import type { ReadOverview } from '../../../application/use-cases/read-overview.ts';
import type { EventStreams } from './events/event-streams.ts';
import type { SignInOutcome, SignInRequest } from '../../../application/use-cases/sign-in.ts';
import type { FindClient } from './auth/client-keys.ts';

/** Endpoint 1 and what its clients read. */
export interface ClientPart {
  readonly accept: AcceptTransactions;
  readonly cancel: CancelTransaction;
  readonly views: Views;
  readonly findClient: FindClient;
  /** Transactions a second and client; 0: no limit. */
  readonly transactionsPerSecond: number;
  readonly events: EventStreams;
}

/** Endpoint 2. */
export interface InternalPart {
  readonly validateAndBroadcast: ValidateAndBroadcast;
  /** `whsec_` + base64 of 24 to 64 bytes; more than one while they are being exchanged. */
  readonly internalSecrets: readonly string[];
}

export interface AdminPart {
  readonly retry: RetryTransaction;
  readonly close: CloseFailure;
  readonly createBulkRetry: CreateBulkRetry;
  readonly bulkJobs: Pick<BulkJobs, 'one' | 'page'>;
  readonly cancel: CancelTransaction;
  readonly views: Views;
  readonly overview: Pick<ReadOverview, 'read'>;
  readonly accounts: Pick<Accounts, 'findSession' | 'closeSession'>;
  readonly signIn: (request: SignInRequest) => Promise<SignInOutcome>;
  /** After so long without a call a session is over. */
  readonly sessionIdleMs: number;
  readonly events: EventStreams;
}

export interface Probe {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
}

export interface OperationsPart {
  /** How each part of the service is doing; never rejected for a part that is down. */
  readonly readiness: () => Promise<readonly Probe[]>;
  /** Prometheus text. */
  readonly metricsText: () => Promise<string>;
  /** The product's, for the API description. */
  readonly version: string;
}

export interface HttpDeps {
  /** A part is mounted where it is given. */
  readonly parts: {
    readonly client?: ClientPart;
    readonly internal?: InternalPart;
    readonly admin?: AdminPart;
    readonly operations?: OperationsPart;
  };
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Authenticates cursors: at least 16 bytes, the same for all processes and over restarts. */
  readonly cursorKey: Uint8Array;
  /** Believe `X-Forwarded-Proto` and `-Host` of the proxy that is the only way in. */
  readonly trustProxy: boolean;
  /** Wrong keys, tokens and signature headers a second and address; 0: no limit. */
  readonly wrongCredentialsPerSecond: number;
  /** What `/` serves, or null. */
  readonly staticFolder: string | null;
}
