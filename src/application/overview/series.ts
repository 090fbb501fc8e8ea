import type { Millis } from '../../domain/primitives.ts';
import { OPEN_STATUSES, type Status } from '../../domain/transaction/transaction.ts';
import { PASSED, type Levels, type SpanFigures } from '../figures/figures.ts';
import { quantileMs } from '../figures/inclusion-times.ts';
import { startOf, type Span } from '../ports/figures.ts';
import type { OverviewPoint, Quantiles } from './overview.ts';

/** Levels over some signers, chains, or all. */
export interface Level {
  readonly inFlight: number;
  readonly queued: number;
  readonly openFailures: number;
}

export const inFlightOf = (counts: Readonly<Record<Status, number>>): number =>
  OPEN_STATUSES.reduce((sum, status) => sum + counts[status], 0);

export function levelOf(chains: readonly Levels[]): Level {
  const counts = chains.flatMap(({ signers }) => [...signers.values()]);
  return {
    inFlight: counts.reduce((sum, one) => sum + inFlightOf(one), 0),
    queued: counts.reduce((sum, { queued }) => sum + queued, 0),
    openFailures: chains.reduce((sum, one) => sum + Object.values(one.openFailures).reduce((a, b) => a + b, 0), 0),
  };
}

export const quantilesOf = (spans: readonly Pick<SpanFigures, 'took'>[]): Quantiles => {
  const took: number[] = [];
  for (const span of spans) span.took.forEach((count, bucket) => (took[bucket] = (took[bucket] ?? 0) + count));
  return {
    count: took.reduce((sum, count) => sum + count, 0),
    p50Ms: quantileMs(took, 0.5),
    p95Ms: quantileMs(took, 0.95),
  };
};

export const feesOf = (spans: readonly Pick<SpanFigures, 'feesWei'>[]): bigint =>
  spans.reduce((sum, { feesWei }) => sum + feesWei, 0n);

export const firstPoint = (
  now: Millis,
  { stepMs, points }: { readonly stepMs: number; readonly points: number },
): Millis => startOf(now, stepMs) - (points - 1) * stepMs;

/**
 * The series up to now. How many there were at a point's end follows from how many there are now, less what came since: so it is exact, and
 * nobody has to take samples.
 */
export function pointsOf(
  spans: readonly Span[],
  now: Millis,
  range: { readonly stepMs: number; readonly points: number },
  level: Level,
): readonly OverviewPoint[] {
  const first = firstPoint(now, range);
  const grouped = Array.from({ length: range.points }, (): SpanFigures[] => []);
  // What a clock that is ahead wrote belongs to the last one.
  for (const { start, figures } of spans)
    grouped[Math.min(Math.floor((start - first) / range.stepMs), range.points - 1)]?.push(figures);
  const points: OverviewPoint[] = [];
  let at: Level = level;
  for (let i = range.points - 1; i >= 0; i--) {
    const figures = grouped[i] ?? [];
    points.unshift({
      at: first + i * range.stepMs,
      passed: Object.fromEntries(
        PASSED.map((what) => [what, figures.reduce((sum, { passed }) => sum + passed[what], 0)]),
      ) as OverviewPoint['passed'],
      timeToInclusion: quantilesOf(figures),
      feesWei: feesOf(figures),
      ...at,
    });
    at = before(at, figures);
  }
  return points;
}

const before = (level: Level, figures: readonly SpanFigures[]): Level => ({
  inFlight: level.inFlight - figures.reduce((sum, { net }) => sum + inFlightOf(net), 0),
  queued: level.queued - figures.reduce((sum, { net }) => sum + net.queued, 0),
  openFailures: level.openFailures - figures.reduce((sum, { net }) => sum + net.open, 0),
});
