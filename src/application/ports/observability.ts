/** Structured log lines. `info`: one for each batch and each failure; `debug`: one for each event of a transaction. Never a secret. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Every counter there is. `metric-names.ts` says of each name here, and of no other, what it counts and by which labels. */
export type CounterName =
  | 'broadcaster_http_requests_total'
  | 'broadcaster_rate_limited_total'
  | 'broadcaster_accepted_total'
  | 'broadcaster_commits_total'
  | 'broadcaster_transitions_total'
  | 'broadcaster_failures_total'
  | 'broadcaster_retries_total'
  | 'broadcaster_database_errors_total'
  | 'broadcaster_outbox_published_total'
  | 'broadcaster_wake_ups_dropped_total'
  | 'broadcaster_wake_ups_dead_total'
  | 'broadcaster_swept_total'
  | 'broadcaster_signatures_total'
  | 'broadcaster_submitted_total'
  | 'broadcaster_fillers_total'
  | 'broadcaster_rpc_calls_total'
  | 'broadcaster_node_errors_total'
  | 'broadcaster_reorgs_total'
  | 'broadcaster_fees_spent_wei_total';

export type HistogramName =
  | 'broadcaster_http_request_seconds'
  | 'broadcaster_commit_seconds'
  | 'broadcaster_accept_batch_items'
  | 'broadcaster_time_to_inclusion_seconds'
  | 'broadcaster_sign_batch_items'
  | 'broadcaster_rpc_seconds';

export type GaugeName =
  | 'broadcaster_wake_up_queue_messages'
  | 'broadcaster_signer_balance_wei'
  | 'broadcaster_signer_paused'
  | 'broadcaster_cursor_block'
  | 'broadcaster_build_info'
  | 'broadcaster_transactions'
  | 'broadcaster_open_failures'
  | 'broadcaster_oldest_queued_age_seconds'
  | 'broadcaster_outbox_messages'
  | 'broadcaster_outbox_oldest_age_seconds'
  | 'broadcaster_figures_read_timestamp_seconds'
  | 'broadcaster_event_streams';

/** Figures by name; labels have few values each. */
export interface Metrics {
  count(name: CounterName, by: number, labels?: Readonly<Record<string, string>>): void;
  observe(name: HistogramName, value: number, labels?: Readonly<Record<string, string>>): void;
  /** The values of a batch in one call. */
  observeAll(name: HistogramName, values: readonly number[], labels?: Readonly<Record<string, string>>): void;
  gauge(name: GaugeName, value: number, labels?: Readonly<Record<string, string>>): void;
}
