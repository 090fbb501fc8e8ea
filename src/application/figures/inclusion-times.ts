import { acceptedAt } from './accepted-at.ts';
import type { ChangeSet } from '../change-set.ts';

type Move = NonNullable<ChangeSet['transactions']>[number];

/**
 * Upper bounds of the buckets that times to inclusion are counted in, milliseconds: from a development chain's block to an hour's wait. One
 * more bucket follows for what took longer. What was stored was counted by these very bounds: a change needs other names for the figures.
 */
export const INCLUSION_BUCKETS_MS = [
  100, 250, 500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000,
  45_000, 60_000, 90_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
] as const;

/** The client's own bytes are in a block, and were not before this move. After a reorg that is so once more, and counted once more. */
export const isInclusion = ({ before, after }: Move): boolean =>
  before.status !== 'included' && 'inclusion' in after && after.inclusion !== null && after.inclusion.kind !== 'cancel';

/** From acceptance to the commit that saw it in a block: what a client waits. A clock that was set back makes no negative time. */
export const inclusionMs = ({ after }: Move, at: ChangeSet['at']): number => Math.max(0, at - acceptedAt(after.id));

/** Of all moves of a commit that are inclusions. */
export const inclusionTimes = ({ transactions = [], at }: ChangeSet): readonly number[] =>
  transactions.filter(isInclusion).map((move) => inclusionMs(move, at));

export function bucketOf(ms: number): number {
  let low = 0;
  let high: number = INCLUSION_BUCKETS_MS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= (INCLUSION_BUCKETS_MS[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The time that this share (0 to 1) of the counted ones stayed within, by straight lines through the buckets; null where nothing was counted.
 * Of what took longer than the last bound no more is known than that.
 */
export function quantileMs(counts: readonly number[], share: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const wanted = share * all;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const from = INCLUSION_BUCKETS_MS[bucket - 1] ?? 0;
      const to = INCLUSION_BUCKETS_MS[bucket] ?? from;
      return Math.round(from + (to - from) * ((wanted - below) / count));
    }
    below += count;
  }
  return INCLUSION_BUCKETS_MS.at(-1) ?? null;
}
