/** The middle of the values, or half-way between the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(sorted, upper) : (at(sorted, upper - 1) + at(sorted, upper)) / 2;
}

/** The least value that `share` (0 to 1) of all values do not exceed: nearest rank, always one that was measured. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return { median: median(values), least: at(sorted, 0), most: at(sorted, sorted.length - 1) };
}

function ascending(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('nothing was measured');
  return [...values].sort((a, b) => a - b);
}

const at = (sorted: readonly number[], index: number): number => sorted[index] as number;
