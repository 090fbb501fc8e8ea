import type { CounterName, GaugeName, HistogramName, Metrics } from '../../../../application/ports/observability.ts';
import { METRICS } from '../metric-names.ts';

type Labels = Readonly<Record<string, string>>;

interface Recorded {
  readonly name: string;
  readonly value: number;
  readonly labels: Labels;
}

/** Keeps every figure. One with other labels than declared is a fault of who gave it: it throws. */
export class RecordingMetrics implements Metrics {
  readonly recorded: Recorded[] = [];

  count(name: CounterName, by: number, labels: Labels = {}): void {
    this.#record(name, by, labels);
  }

  observe(name: HistogramName, value: number, labels: Labels = {}): void {
    this.#record(name, value, labels);
  }

  observeAll(name: HistogramName, values: readonly number[], labels: Labels = {}): void {
    for (const value of values) this.#record(name, value, labels);
  }

  gauge(name: GaugeName, value: number, labels: Labels = {}): void {
    this.#record(name, value, labels);
  }

  /** The sum of a counter, over all or the given labels. */
  total(name: CounterName, labels: Labels = {}): number {
    return this.#of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The newest value of a gauge. */
  latest(name: GaugeName, labels: Labels = {}): number | undefined {
    return this.#of(name, labels).at(-1)?.value;
  }

  #of(name: string, labels: Labels): readonly Recorded[] {
    return this.recorded.filter(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
  }

  #record(name: keyof typeof METRICS, value: number, labels: Labels): void {
    const given = Object.keys(labels).sort().join();
    const expected = [...METRICS[name].labels].sort().join();
    if (given !== expected) throw new Error(`${name} has the labels (${expected}), not (${given})`);
    this.recorded.push({ name, value, labels });
  }
}
