import type { Address, ChainId } from '../../domain/primitives.ts';
import { FAILURE_CODES, type FailureCode } from '../../domain/transaction/failure.ts';
import { STATUSES, type Status } from '../../domain/transaction/transaction.ts';
import { INCLUSION_BUCKETS_MS } from './inclusion-times.ts';

/**
 * Figures are sums by name on one chain, so that adding up is all that is ever done to them:
 * `status:SIGNER:STATUS` and `open:CODE` are levels (rows in a status, open failures), `passed:WHAT`, `fees` (wei) and `took:BUCKET` are what
 * passed in a span of time, where `net:STATUS` and `net:open` stand for how the levels changed in it.
 */
export type Sums = ReadonlyMap<string, bigint>;

/** What is counted as it happens. `included`: the client's own bytes are in a block; the others: the row went to that status. */
export const PASSED = ['accepted', 'included', 'confirmed', 'reverted', 'failed', 'cancelled', 'expired'] as const;
export type Passed = (typeof PASSED)[number];

/** How many there are now. */
export interface Levels {
  readonly chainId: ChainId;
  readonly signers: ReadonlyMap<Address, Readonly<Record<Status, number>>>;
  readonly openFailures: Readonly<Record<FailureCode, number>>;
}

/** What passed in a span of time. */
export interface SpanFigures {
  readonly passed: Readonly<Record<Passed, number>>;
  readonly feesWei: bigint;
  /** Inclusions by the bucket of their time (inclusion-times.ts). */
  readonly took: readonly number[];
  /** How many more there were at its end than at its beginning. */
  readonly net: Readonly<Record<Status | 'open', number>>;
}

export function addUp(into: Map<string, bigint>, sums: Iterable<readonly [string, bigint]>): void {
  for (const [name, by] of sums) {
    const sum = (into.get(name) ?? 0n) + by;
    if (sum === 0n) into.delete(name);
    else into.set(name, sum);
  }
}

/** What is kept of a commit's figures for the span of time that it falls into: levels by status alone, for there are many spans. */
export function* inSpan(sums: Iterable<readonly [string, bigint]>): Iterable<readonly [string, bigint]> {
  for (const [name, by] of sums) {
    if (name.startsWith('status:')) yield [`net:${name.slice(name.lastIndexOf(':') + 1)}`, by];
    else if (name.startsWith('open:')) yield ['net:open', by];
    else yield [name, by];
  }
}

/** What is kept for good: the levels, and no more. */
export function* inTotal(sums: Iterable<readonly [string, bigint]>): Iterable<readonly [string, bigint]> {
  for (const one of sums) if (one[0].startsWith('status:') || one[0].startsWith('open:')) yield one;
}

export function levelsOf(chainId: ChainId, sums: Sums): Levels {
  const signers = new Map<Address, Record<Status, number>>();
  for (const [name, level] of sums) {
    const [kind, signer, status] = name.split(':');
    if (kind !== 'status') continue;
    const counts = signers.get(signer as Address) ?? record(STATUSES, () => 0);
    counts[status as Status] = Number(level);
    signers.set(signer as Address, counts);
  }
  return { chainId, signers, openFailures: record(FAILURE_CODES, (code) => numberIn(sums, `open:${code}`)) };
}

export const spanOf = (sums: Sums): SpanFigures => ({
  passed: record(PASSED, (what) => numberIn(sums, `passed:${what}`)),
  feesWei: sums.get('fees') ?? 0n,
  took: Array.from({ length: INCLUSION_BUCKETS_MS.length + 1 }, (_, bucket) => numberIn(sums, `took:${bucket}`)),
  net: record([...STATUSES, 'open' as const], (what) => numberIn(sums, `net:${what}`)),
});

const numberIn = (sums: Sums, name: string): number => Number(sums.get(name) ?? 0n);

const record = <Name extends string>(names: readonly Name[], valueOf: (name: Name) => number): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, number>;
