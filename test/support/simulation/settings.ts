import type { LanePolicy } from '../../../src/application/use-cases/policy.ts';

/** What a run is set up with. */
export interface Settings {
  readonly seed: number;
  readonly confirmations: number;
  readonly maxInFlight: number;
  /** Transactions of one round: small ones make lanes go through several. */
  readonly batch: number;
  readonly maxRetries: number;
  /** Nonces that each key has used before it is seen for the first time. */
  readonly usedBefore: number;
  /** Endpoint 2 may die, or answer too late, without the signing side. */
  readonly endpointTwoApart: boolean;
  readonly eip1559: boolean;
  readonly ceilingWei: bigint | null;
}

export const DEFAULT_SETTINGS: Settings = {
  seed: 1,
  confirmations: 2,
  maxInFlight: 4,
  batch: 250,
  maxRetries: 16,
  usedBefore: 0,
  endpointTwoApart: true,
  eip1559: true,
  ceilingWei: null,
};

export const policyOf = ({ maxRetries, maxInFlight, ceilingWei, batch }: Settings): LanePolicy => ({
  retry: { strategy: 'linear', baseMs: 35_000, stepMs: 10_000, maxRetries },
  maxInFlight,
  ceilingWei,
  lookAgainMs: 35_000,
  pauseMs: 5_000,
  batch,
});
