import type { Columns } from '../dialect/dialect.ts';

export const DELTA = { at: 'integer', chain_id: 'integer', body: 'text' } as const satisfies Columns;

/** Sums as one text: `{"passed:accepted": "3"}`; as text each, since wei is larger than a number. */
export function toBody(sums: Iterable<readonly [string, number | bigint]>): string {
  const body: Record<string, string> = {};
  for (const [name, by] of sums) if (by !== 0 && by !== 0n) body[name] = String(by);
  return JSON.stringify(body);
}

export const fromBody = (text: string): readonly (readonly [string, bigint])[] =>
  Object.entries(JSON.parse(text) as Record<string, string>).map(([name, sum]) => [name, BigInt(sum)]);
