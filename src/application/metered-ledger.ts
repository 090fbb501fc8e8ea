import type { ChangeSet } from './change-set.ts';
import { inclusionTimes } from './figures/inclusion-times.ts';
import type { Clock } from './ports/clock.ts';
import type { Committed, Conflict, Ledger } from './ports/ledger.ts';
import type { CounterName, Metrics } from './ports/observability.ts';
import { tally } from './tally.ts';

/** Counts what goes through the one door, a call for each kind and commit, never one for each transaction. */
export class MeteredLedger implements Ledger {
  constructor(
    private readonly ledger: Ledger,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  async commit(changes: ChangeSet): Promise<Committed | Conflict> {
    const { metrics, clock } = this;
    const startedAt = clock.now();
    try {
      const result = await this.ledger.commit(changes);
      const outcome = result.kind === 'committed' ? 'committed' : result.reason;
      metrics.count('broadcaster_commits_total', 1, { step: changes.step, outcome });
      metrics.observe('broadcaster_commit_seconds', (clock.now() - startedAt) / 1_000, { step: changes.step });
      if (result.kind === 'committed') this.count(changes, result);
      return result;
    } catch (error) {
      metrics.count('broadcaster_database_errors_total', 1, { operation: 'commit' });
      throw error;
    }
  }

  private count(changes: ChangeSet, { accepted }: Committed): void {
    const each = (name: CounterName, label: string, values: readonly string[]): void => {
      for (const [value, times] of tally(values)) this.metrics.count(name, times, { [label]: value });
    };
    each(
      'broadcaster_accepted_total',
      'outcome',
      accepted.map(({ kind }) => kind),
    );
    const moves = changes.transactions ?? [];
    each(
      'broadcaster_transitions_total',
      'to',
      moves.flatMap(({ before, after }) => (before.status === after.status ? [] : [after.status])),
    );
    each(
      'broadcaster_failures_total',
      'code',
      (changes.failures ?? []).flatMap((f) => (f.kind === 'opened' ? [f.code] : [])),
    );
    const retried = moves.filter(({ before, after }) => after.retry.count > before.retry.count);
    each(
      'broadcaster_retries_total',
      'error',
      retried.map(({ after }) => after.retry.lastError ?? 'none'),
    );
    if (accepted.length > 0) this.metrics.observe('broadcaster_accept_batch_items', accepted.length);
    const times = inclusionTimes(changes);
    if (times.length > 0)
      this.metrics.observeAll(
        'broadcaster_time_to_inclusion_seconds',
        times.map((ms) => ms / 1_000),
      );
    for (const { chainId, feesWei } of changes.spent ?? [])
      this.metrics.count('broadcaster_fees_spent_wei_total', Number(feesWei), { chain: String(chainId) });
    const fillers = changes.newFillers?.length ?? 0;
    if (fillers > 0) this.metrics.count('broadcaster_fillers_total', fillers);
  }
}
