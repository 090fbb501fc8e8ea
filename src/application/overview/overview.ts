import type { Address, ChainId, Millis } from '../../domain/primitives.ts';
import type { FailureCode } from '../../domain/transaction/failure.ts';
import type { Passed } from '../figures/figures.ts';
import type { NodeHealth } from './node-health.ts';

/** How far back, in how many points of which length: never more than 168. */
export const RANGES = {
  '1h': { length: 'minute', stepMs: 60_000, points: 60 },
  '24h': { length: 'minute', stepMs: 15 * 60_000, points: 96 },
  '7d': { length: 'hour', stepMs: 3_600_000, points: 168 },
} as const;
export type OverviewRange = keyof typeof RANGES;
export const OVERVIEW_RANGES = Object.keys(RANGES) as readonly OverviewRange[];

export interface Quantiles {
  /** How many were counted. */
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** One point of the series: what passed from `at` on for a step, and how many there were at its end. */
export interface OverviewPoint {
  readonly at: Millis;
  readonly passed: Readonly<Record<Passed, number>>;
  readonly timeToInclusion: Quantiles;
  readonly feesWei: bigint;
  readonly inFlight: number;
  readonly queued: number;
  readonly openFailures: number;
}

export interface ChainOverview {
  readonly chainId: ChainId;
  readonly cursorNumber: number | null;
  readonly finalNumber: number | null;
  /** Null for a chain that this process has no node of. */
  readonly node: NodeHealth | null;
  readonly inFlight: number;
  readonly queued: number;
  readonly openFailures: number;
  /** In the range. */
  readonly feesWei: bigint;
}

export interface SignerOverview {
  readonly chainId: ChainId;
  readonly address: Address;
  readonly balanceWei: bigint | null;
  readonly inFlight: number;
  readonly queued: number;
  readonly paused: { readonly reason: string; readonly at: Millis } | null;
  /** `noFunds`: its balance is 0; `notSeen`: the tracker has not read its balance yet. */
  readonly alert: 'paused' | 'noFunds' | 'notSeen' | null;
}

/** What needs a person, the most urgent first. */
export type Attention =
  | { readonly kind: 'intakeRefused'; readonly message: string }
  | { readonly kind: 'nodeTrouble'; readonly chainId: ChainId; readonly message: string }
  | {
      readonly kind: 'signerPaused';
      readonly chainId: ChainId;
      readonly address: Address;
      readonly message: string;
      readonly since: Millis;
    }
  | { readonly kind: 'signerWithoutFunds'; readonly chainId: ChainId; readonly address: Address }
  | { readonly kind: 'openFailures'; readonly code: FailureCode; readonly count: number; readonly since: Millis | null }
  /** Commits are not published: no worker runs, or it cannot. */
  | { readonly kind: 'outboxOld'; readonly count: number; readonly since: Millis }
  | { readonly kind: 'queueOld'; readonly count: number; readonly since: Millis };

export interface Overview {
  readonly at: Millis;
  readonly range: OverviewRange;
  readonly attention: readonly Attention[];
  readonly figures: {
    readonly inFlight: number;
    readonly queued: number;
    readonly oldestQueuedAt: Millis | null;
    readonly openFailures: number;
    /** Over the last four minutes and the present one. */
    readonly confirmedPerMinute: number;
    /** Over the range. */
    readonly timeToInclusion: Quantiles;
    readonly feesWei: bigint;
  };
  readonly stepMs: number;
  /** Oldest first; the last one is the present one, which is not over yet. */
  readonly points: readonly OverviewPoint[];
  readonly chains: readonly ChainOverview[];
  readonly signers: readonly SignerOverview[];
}
