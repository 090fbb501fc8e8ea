import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CounterName, GaugeName, HistogramName, Metrics } from '../../../application/ports/observability.ts';
import { METRICS, type MetricDeclaration } from './metric-names.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The figures as Prometheus reads them, those of Node itself besides. One with other labels than declared is left out: a figure is no reason
 * to stop work. The fake refuses it, so that tests find it.
 */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, declaration] of Object.entries<MetricDeclaration>(METRICS)) this.#declare(name, declaration);
  }

  count(name: CounterName, by: number, labels: Labels = {}): void {
    harmlessly(() => this.#counters.get(name)?.inc(labels, by));
  }

  observe(name: HistogramName, value: number, labels: Labels = {}): void {
    harmlessly(() => this.#histograms.get(name)?.observe(labels, value));
  }

  observeAll(name: HistogramName, values: readonly number[], labels: Labels = {}): void {
    const histogram = this.#histograms.get(name);
    harmlessly(() => {
      for (const value of values) histogram?.observe(labels, value);
    });
  }

  gauge(name: GaugeName, value: number, labels: Labels = {}): void {
    harmlessly(() => this.#gauges.get(name)?.set(labels, value));
  }

  /** What `/metrics` answers, in Prometheus' text format 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #declare(name: string, declared: MetricDeclaration): void {
    const common = { name, help: declared.help, labelNames: [...declared.labels], registers: [this.#registry] };
    switch (declared.type) {
      case 'counter':
        this.#counters.set(name, new Counter(common));
        return;
      case 'gauge':
        this.#gauges.set(name, new Gauge(common));
        return;
      case 'histogram':
        this.#histograms.set(name, new Histogram({ ...common, buckets: [...declared.buckets] }));
    }
  }
}

function harmlessly(record: () => void): void {
  try {
    record();
  } catch {
    // With other labels or negative: prom-client throws for it.
  }
}
