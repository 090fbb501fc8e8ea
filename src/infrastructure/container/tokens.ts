import type { ServiceIdentifier } from 'inversify';
import type { ChainGate } from '../../application/chain-gate.ts';
import type { FeeMarket } from '../../application/market.ts';
import type { Accounts } from '../../application/ports/accounts.ts';
import type { ApiClients } from '../../application/ports/api-clients.ts';
import type { BulkJobs } from '../../application/ports/bulk-jobs.ts';
import type { ChainNode } from '../../application/ports/chain-node.ts';
import type { Clock, IdGenerator, Random } from '../../application/ports/clock.ts';
import type { Counters } from '../../application/ports/counters.ts';
import type { DeadLetters } from '../../application/ports/dead-letters.ts';
import type { EndpointTwo } from '../../application/ports/endpoint-two.ts';
import type { FieldCipher } from '../../application/ports/field-cipher.ts';
import type { Figures } from '../../application/ports/figures.ts';
import type { Leases } from '../../application/ports/leases.ts';
import type { Ledger } from '../../application/ports/ledger.ts';
import type { Log, Metrics } from '../../application/ports/observability.ts';
import type { Outbox } from '../../application/ports/outbox.ts';
import type { Passwords } from '../../application/ports/passwords.ts';
import type { SignerDirectory } from '../../application/ports/signer.ts';
import type { Timers } from '../../application/ports/timers.ts';
import type { TransactionCodec } from '../../application/ports/transaction-codec.ts';
import type { Views } from '../../application/ports/views.ts';
import type { WakeUpQueue } from '../../application/ports/wake-up-queue.ts';
import type { Work } from '../../application/ports/work.ts';
import type { Signal } from '../../application/signal.ts';
import type { RunBulkRetries } from '../../application/use-cases/bulk/run-bulk-retries.ts';
import type { IntakePressure } from '../../application/use-cases/accept/intake-pressure.ts';
import type { Accept } from '../../application/use-cases/accept.ts';
import type {
  CancelTransaction,
  CloseFailure,
  CreateBulkRetry,
  RetryTransaction,
  ValidateAndBroadcast,
} from '../../application/use-cases/inbound.ts';
import type { FirstAdministrator } from '../../application/use-cases/first-administrator.ts';
import type { LanePolicy } from '../../application/use-cases/policy.ts';
import type { RunLane } from '../../application/use-cases/lane/run-lane.ts';
import type { RelayWakeUps } from '../../application/use-cases/relay-wake-ups.ts';
import type { RestoreLetters } from '../../application/use-cases/restore-letters.ts';
import type { SignIn } from '../../application/use-cases/sign-in.ts';
import type { Sweep } from '../../application/use-cases/sweep.ts';
import type { TrackBlocks } from '../../application/use-cases/track/track-blocks.ts';
import type { Foundation } from './foundation.ts';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

/** One name for each thing that parts ask each other for. */
export const T = {
  Foundation: token<Foundation>('Foundation'),
  Clock: token<Clock>('Clock'),
  Timers: token<Timers>('Timers'),
  Random: token<Random>('Random'),
  Ids: token<IdGenerator>('Ids'),
  Log: token<Log>('Log'),
  Metrics: token<Metrics>('Metrics'),
  Cipher: token<FieldCipher>('Cipher'),
  Ledger: token<Ledger>('Ledger'),
  Work: token<Work>('Work'),
  Views: token<Views>('Views'),
  Figures: token<Figures>('Figures'),
  BulkJobs: token<BulkJobs>('BulkJobs'),
  Outbox: token<Outbox>('Outbox'),
  Leases: token<Leases>('Leases'),
  Accounts: token<Accounts>('Accounts'),
  ApiClients: token<ApiClients>('ApiClients'),
  Counters: token<Counters>('Counters'),
  Passwords: token<Passwords>('Passwords'),
  Node: token<ChainNode>('Node'),
  Gate: token<ChainGate>('Gate'),
  Market: token<FeeMarket>('Market'),
  Codec: token<TransactionCodec>('Codec'),
  Signers: token<SignerDirectory>('Signers'),
  Queue: token<WakeUpQueue>('Queue'),
  DeadLetters: token<DeadLetters>('DeadLetters'),
  EndpointTwo: token<EndpointTwo>('EndpointTwo'),
  Policy: token<LanePolicy>('Policy'),
  IntakePressure: token<IntakePressure>('IntakePressure'),
  Accept: token<Accept>('Accept'),
  Retry: token<RetryTransaction>('Retry'),
  Cancel: token<CancelTransaction>('Cancel'),
  Close: token<CloseFailure>('Close'),
  BulkCreated: token<Signal>('BulkCreated'),
  CreateBulkRetry: token<CreateBulkRetry>('CreateBulkRetry'),
  RunBulkRetries: token<RunBulkRetries>('RunBulkRetries'),
  ValidateAndBroadcast: token<ValidateAndBroadcast>('ValidateAndBroadcast'),
  Relay: token<RelayWakeUps>('Relay'),
  RestoreLetters: token<RestoreLetters>('RestoreLetters'),
  RunLane: token<RunLane>('RunLane'),
  Track: token<TrackBlocks>('Track'),
  Sweep: token<Sweep>('Sweep'),
  SignIn: token<SignIn>('SignIn'),
  FirstAdministrator: token<FirstAdministrator>('FirstAdministrator'),
} as const;
