import type { FailureCode } from '../transaction/failure.ts';
import type { NodeErrorClass } from './node-error-class.ts';

/** What comes next for the transaction whose bytes were answered with an error. */
type Outcome =
  /** A node has the bytes: as good as a hash in the answer. */
  | 'accepted'
  /** The transaction fails now, with `failureCode`. */
  | 'final'
  /** Keep the nonce and conclude nothing: the tracker says Included or NonceLost. */
  | 'awaitTracker'
  /** Keep the nonce until the lower ones are through; heal the gap if one is missing. */
  | 'awaitLowerNonces'
  /** Other bytes hold the nonce in the pool. Our own live ones: bump by 10 % or more, or keep tracking; a stranger's: await the tracker. */
  | 'replaceOrAwait'
  /** New fees, same nonce. */
  | 'requote'
  /** Give the nonce back and wait on schedule without one, so that nobody waits behind it. */
  | 'releaseNonce'
  /** Keep nonce and bytes; send them again once the endpoint had time. */
  | 'backOff'
  /** The same bytes to the other endpoints; with none left it fails with `failureCode`. */
  | 'tryOtherEndpoint'
  /** Nothing is known of the bytes: look them up by hash and send the same again, on schedule. */
  | 'lookUpAndResend';

export type ClassPolicy = {
  readonly outcome: Outcome;
  /** Whether it uses up one of the transaction's retries (`RETRY_MAX`). */
  readonly counts: boolean;
  /** Whether the next try goes to the next endpoint, where there is one. */
  readonly nextEndpoint: boolean;
  /** Whether a person should hear of it at once. */
  readonly alerts: boolean;
  /** With what the transaction fails: at once where `final`, else when nothing is left to try. Null: the class has no code of its own. */
  readonly failureCode: FailureCode | null;
};

/**
 * What the pipeline does about each class. Source: docs/rules.md, "What a node's answer means" and
 * "What counts as a retry": unavailable, unknown, pool full and no funds do,
 * since somebody must be told in the end; what the market, the queue of nonces or our own plan causes does not.
 */
export const CLASS_POLICY: { readonly [C in NodeErrorClass]: ClassPolicy } = {
  alreadyKnown: policy('accepted'),
  reverted: policy('final', { failureCode: 'would_revert' }),
  // Proves nothing by itself (rule 7): it may be our own attempt that was mined.
  nonceTooLow: policy('awaitTracker'),
  nonceTooHigh: policy('awaitLowerNonces'),
  replacementUnderpriced: policy('replaceOrAwait'),
  feeBelowBase: policy('requote'),
  underpriced: policy('requote'),
  insufficientFunds: policy('releaseNonce', { counts: true, alerts: true, failureCode: 'insufficient_funds' }),
  poolFull: policy('backOff', { counts: true }),
  rateLimited: policy('backOff'),
  // Final at this fee at this endpoint only: the cap is a node's own setting (`--rpc.txfeecap`), no rule of the chain.
  feeCapExceeded: policy('tryOtherEndpoint', { nextEndpoint: true, failureCode: 'fee_cap_exceeded' }),
  invalid: policy('final', { failureCode: 'node_rejected' }),
  unavailable: policy('lookUpAndResend', { counts: true, nextEndpoint: true }),
  unknown: policy('lookUpAndResend', { counts: true, nextEndpoint: true }),
};

function policy(outcome: Outcome, differences: Partial<Omit<ClassPolicy, 'outcome'>> = {}): ClassPolicy {
  return { outcome, counts: false, nextEndpoint: false, alerts: false, failureCode: null, ...differences };
}
