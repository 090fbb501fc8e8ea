import type { Metrics } from '../../../../application/ports/observability.ts';
import { METRICS, type MetricDeclaration } from '../metric-names.ts';

type Labels = Readonly<Record<string, string>>;

interface Recorded {
  readonly name: string;
  readonly value: number;
  readonly labels: Labels;
}

/** Keeps every figure. One that was not declared, or with other labels than declared, is a fault of who gave it: it throws. */
export class RecordingMetrics implements Metrics {
  readonly recorded: Recorded[] = [];

  count(name: string, by: number, labels: Labels = {}): void {
    this.#record('counter', name, by, labels);
  }

  observe(name: string, value: number, labels: Labels = {}): void {
    this.#record('histogram', name, value, labels);
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    this.#record('gauge', name, value, labels);
  }

  /** The sum of a counter, over all or the given labels. */
  total(name: string, labels: Labels = {}): number {
    return this.#of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The newest value of a gauge. */
  latest(name: string, labels: Labels = {}): number | undefined {
    return this.#of(name, labels).at(-1)?.value;
  }

  #of(name: string, labels: Labels): readonly Recorded[] {
    return this.recorded.filter(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
  }

  #record(type: MetricDeclaration['type'], name: string, value: number, labels: Labels): void {
    const declared = METRICS[name];
    if (declared?.type !== type) throw new Error(`metric-names.ts has no ${type} ${name}`);
    const given = Object.keys(labels).sort().join();
    const expected = [...declared.labels].sort().join();
    if (given !== expected) throw new Error(`${name} has the labels (${expected}), not (${given})`);
    this.recorded.push({ name, value, labels });
  }
}
