import { describe, expect, test } from 'vitest';
import { RecordingMetrics } from '../../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { METRICS } from '../../../../src/adapters/outbound/observability/metric-names.ts';
import { PrometheusMetrics } from '../../../../src/adapters/outbound/observability/prometheus-metrics.ts';

describe('declared metrics', () => {
  test.each(Object.entries(METRICS))('%s is named as Prometheus asks', (name, { type, labels, help }) => {
    expect(name).toMatch(/^broadcaster_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|millis|bytes_count)\b/);
    expect(labels).not.toContain('le');
    expect(help).toMatch(/^[A-Z0-9].*[^.]$/);
  });
});

describe('Prometheus metrics', () => {
  test('are shown with type, help and labels, and those of the process beside them', async () => {
    const metrics = new PrometheusMetrics();
    metrics.count('broadcaster_commits_total', 2, { step: 'accept', outcome: 'committed' });
    metrics.count('broadcaster_commits_total', 3, { step: 'accept', outcome: 'committed' });
    metrics.gauge('broadcaster_cursor_block', 7, { chain: '31337' });
    metrics.observe('broadcaster_commit_seconds', 0.004, { step: 'accept' });
    const text = await metrics.text();
    expect(text).toContain('# TYPE broadcaster_commits_total counter');
    expect(text).toContain('broadcaster_commits_total{step="accept",outcome="committed"} 5');
    expect(text).toContain('broadcaster_cursor_block{chain="31337"} 7');
    expect(text).toContain('broadcaster_commit_seconds_bucket{le="0.005",step="accept"} 1');
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('of two instances do not mix', async () => {
    const [one, other] = [new PrometheusMetrics(), new PrometheusMetrics()];
    one.count('broadcaster_fillers_total', 4);
    expect(await one.text()).toContain('broadcaster_fillers_total 4');
    expect(await other.text()).toContain('broadcaster_fillers_total 0');
  });

  test('let one with other labels pass: a figure is no reason to stop work', async () => {
    const metrics = new PrometheusMetrics();
    metrics.count('broadcaster_fillers_total', 1, { shape: 'hexagonal' });
    expect(await metrics.text()).not.toContain('hexagonal');
  });
});

describe('recorded metrics', () => {
  test('are summed and looked up by labels', () => {
    const metrics = new RecordingMetrics();
    metrics.count('broadcaster_failures_total', 1, { code: 'expired' });
    metrics.count('broadcaster_failures_total', 2, { code: 'cannot_sign' });
    metrics.gauge('broadcaster_cursor_block', 1, { chain: '1' });
    metrics.gauge('broadcaster_cursor_block', 2, { chain: '1' });
    expect(metrics.total('broadcaster_failures_total')).toBe(3);
    expect(metrics.total('broadcaster_failures_total', { code: 'cannot_sign' })).toBe(2);
    expect(metrics.latest('broadcaster_cursor_block', { chain: '1' })).toBe(2);
    expect(metrics.latest('broadcaster_cursor_block', { chain: '5' })).toBeUndefined();
  });

  test('must have the labels that are declared', () => {
    const metrics = new RecordingMetrics();
    expect(() => metrics.count('broadcaster_failures_total', 1)).toThrow('(code)');
    expect(() => metrics.count('broadcaster_fillers_total', 1, { x: '1' })).toThrow('(x)');
  });
});
