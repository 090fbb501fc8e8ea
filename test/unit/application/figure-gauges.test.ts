import { expect, it } from 'vitest';
import { RecordingMetrics } from '../../../src/adapters/outbound/observability/memory/recording-metrics.ts';
import { ManualClock } from '../../../src/adapters/outbound/system/manual-clock.ts';
import { FigureGauges } from '../../../src/application/figures/figure-gauges.ts';
import { FakeFigures, levels } from '../../support/fake-figures.ts';
import { LANE } from '../../support/stored.ts';
import { NOW } from '../../support/transactions.ts';

function gauges() {
  const [clock, metrics, figures] = [new ManualClock(NOW), new RecordingMetrics(), new FakeFigures()];
  return { clock, metrics, figures, gauges: new FigureGauges({ figures, metrics, clock, timers: clock }) };
}
const FAR = `0x${'12'.repeat(20)}`;

it('tells how many there are of each, and nothing of what has become none', async () => {
  const { clock, metrics, figures, gauges: told } = gauges();
  figures.answer = {
    ...figures.answer,
    chains: [levels({ [`status:${LANE.address}:queued`]: 2, [`status:${FAR}:queued`]: 3, 'open:expired': 1 })],
    oldestQueuedAt: NOW - 1_500,
    outbox: { count: 4, oldestAt: NOW - 250 },
  };
  await told.refresh();
  const chain = '31337';
  expect(metrics.latest('broadcaster_transactions', { chain, status: 'queued' })).toBe(5);
  expect(metrics.latest('broadcaster_transactions', { chain, status: 'confirmed' })).toBe(0);
  expect(metrics.latest('broadcaster_open_failures', { chain, code: 'expired' })).toBe(1);
  expect(metrics.latest('broadcaster_oldest_queued_age_seconds')).toBe(1.5);
  expect(metrics.latest('broadcaster_outbox_messages')).toBe(4);
  expect(metrics.latest('broadcaster_outbox_oldest_age_seconds')).toBe(0.25);
  expect(metrics.latest('broadcaster_figures_read_timestamp_seconds')).toBe(NOW / 1_000);

  figures.answer = { ...figures.answer, chains: [levels({})], oldestQueuedAt: null };
  clock.advance(2_000);
  await told.refresh();
  expect(metrics.latest('broadcaster_transactions', { chain, status: 'queued' })).toBe(0);
  expect(metrics.latest('broadcaster_open_failures', { chain, code: 'expired' })).toBe(0);
  expect(metrics.latest('broadcaster_oldest_queued_age_seconds')).toBe(0);
});

it('asks the database no more often than every two seconds, however many ask', async () => {
  const { clock, figures, gauges: told } = gauges();
  await Promise.all([told.refresh(), told.refresh()]);
  clock.advance(1_999);
  await told.refresh();
  expect(figures.reads).toBe(1);
  clock.advance(1);
  await told.refresh();
  expect(figures.reads).toBe(2);
});

it('breaks nothing where the database is away, and says how old its figures are', async () => {
  const { clock, metrics, figures, gauges: told } = gauges();
  await told.refresh();
  figures.broken = new Error('away');
  clock.advance(60_000);
  await told.refresh();
  expect(metrics.latest('broadcaster_figures_read_timestamp_seconds')).toBe(NOW / 1_000);
});

it('waits two seconds for a database that hangs, and no longer', async () => {
  const { clock, metrics } = gauges();
  const figures = { standing: () => new Promise<never>(() => undefined) };
  const told = new FigureGauges({ figures, metrics, clock, timers: clock });
  let done = false;
  const refreshed = told.refresh().then(() => (done = true));
  clock.advance(1_999);
  await Promise.resolve();
  expect(done).toBe(false);
  clock.advance(1);
  await refreshed;
  expect(metrics.recorded).toEqual([]);
});
