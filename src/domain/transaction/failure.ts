/** Why a transaction failed; stable codes of the public contract. */
export const FAILURE_CODES = [
  'would_revert',
  'node_rejected',
  'fee_cap_exceeded',
  'insufficient_funds',
  'retries_exhausted',
  'cannot_sign',
  'expired',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

export interface Failure {
  readonly code: FailureCode;
  /** One sentence for the client: what happened and what would help. */
  readonly message: string;
  /** What the node said, word for word; shown to operators only. */
  readonly nodeMessage: string | null;
}
