import { INCLUSION_BUCKETS_MS } from '../../../application/figures/inclusion-times.ts';
import type { CounterName, GaugeName, HistogramName } from '../../../application/ports/observability.ts';

/** Seconds. From a commit on a fast disk up to what an API Gateway cuts. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ITEMS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

interface Declared<Type extends string> {
  readonly type: Type;
  readonly help: string;
  readonly labels: readonly string[];
}
type Counter = Declared<'counter'>;
type Gauge = Declared<'gauge'>;
type Histogram = Declared<'histogram'> & { readonly buckets: readonly number[] };
export type MetricDeclaration = Counter | Gauge | Histogram;

const counter = (help: string, ...labels: readonly string[]): Counter => ({ type: 'counter', help, labels });
const gauge = (help: string, ...labels: readonly string[]): Gauge => ({ type: 'gauge', help, labels });
const histogram =
  (buckets: readonly number[]) =>
  (help: string, ...labels: readonly string[]): Histogram => ({ type: 'histogram', help, labels, buckets });
const seconds = histogram(SECONDS);
const items = histogram(ITEMS);

type Table = { readonly [Name in CounterName]: Counter } & { readonly [Name in GaugeName]: Gauge } & {
  readonly [Name in HistogramName]: Histogram;
};

/**
 * Every figure that exists. Names as Prometheus asks for them: a prefix of ours, base units, `_total` for counters. A label has few values:
 * never an id, an address of a client's, or a message.
 */
export const METRICS: Table = {
  broadcaster_build_info: gauge('1, with the version that runs', 'version', 'node'),
  broadcaster_http_requests_total: counter('HTTP requests answered', 'method', 'route', 'status'),
  broadcaster_http_request_seconds: seconds('Time from a request to its answer', 'route'),
  broadcaster_event_streams: gauge('Open event streams of this process'),
  broadcaster_rate_limited_total: counter('Transactions refused with 429', 'client'),

  broadcaster_accepted_total: counter('Items of endpoint 1 by what became of them', 'outcome'),
  broadcaster_commits_total: counter('Commits by their step, and the conflict that refused them', 'step', 'outcome'),
  broadcaster_commit_seconds: seconds('Time of a commit until it is durable', 'step'),
  broadcaster_accept_batch_items: items('Transactions that one commit of intake took'),
  broadcaster_time_to_inclusion_seconds: histogram(INCLUSION_BUCKETS_MS.map((ms) => ms / 1_000))(
    "Time from a transaction's acceptance until its bytes were seen in a block",
  ),
  broadcaster_transitions_total: counter('Transactions that went to a status', 'to'),
  broadcaster_failures_total: counter('Transactions that failed, by code', 'code'),
  broadcaster_retries_total: counter('Retries planned, by the last error', 'error'),
  broadcaster_database_errors_total: counter('Commits, and reads of steps and people, that failed', 'operation'),

  broadcaster_transactions: gauge('Transactions on record by status', 'chain', 'status'),
  broadcaster_open_failures: gauge('Failed ones that were not retried, resolved or closed', 'chain', 'code'),
  broadcaster_oldest_queued_age_seconds: gauge('Age of the oldest queued transaction, 0 where there is none'),
  broadcaster_figures_read_timestamp_seconds: gauge('Unix time when the figures of the record were last read'),
  broadcaster_outbox_messages: gauge('Messages to be published, counted to 10000'),
  broadcaster_outbox_oldest_age_seconds: gauge('Age of the oldest message to be published, 0 where there is none'),
  broadcaster_outbox_published_total: counter('Outbox messages published', 'kind'),
  broadcaster_wake_up_queue_messages: gauge('Messages in the in-process queue, those in hand included'),
  broadcaster_wake_ups_dropped_total: counter('Wake-ups dropped as the in-process queue was full'),
  broadcaster_wake_ups_dead_total: counter('Messages that nobody could read or handle'),
  broadcaster_swept_total: counter('Lanes that the sweeper found work for'),

  broadcaster_sign_batch_items: items('Items signed in one round'),
  broadcaster_signatures_total: counter('Digests by what the signer said', 'outcome'),
  broadcaster_submitted_total: counter('Items of endpoint 2 by what became of them', 'outcome'),
  broadcaster_fillers_total: counter('Fillers made for holes'),
  broadcaster_signer_balance_wei: gauge('Balance of a signer at the cursor', 'chain', 'signer'),
  broadcaster_signer_paused: gauge('1 while a signer is paused', 'chain', 'signer'),

  broadcaster_fees_spent_wei_total: counter('Fees of what became final, as far as receipts say', 'chain'),

  broadcaster_rpc_calls_total: counter('JSON-RPC calls by method and outcome', 'method', 'outcome'),
  broadcaster_rpc_seconds: seconds('Time of a JSON-RPC request, a batch counted once', 'method'),
  broadcaster_node_errors_total: counter('Answers of nodes to bytes, by class', 'class'),
  broadcaster_cursor_block: gauge('Number of the block at the cursor', 'chain'),
  broadcaster_reorgs_total: counter('Blocks that the cursor stepped back from', 'chain'),
};
