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
  /** Other bytes hold the nonce in the pool. Our own live ones are outbid by 12.5 % or more, or tracked on; a stranger's: await the tracker. */
  | 'replaceOrAwait'
  /** New fees, same nonce. */
  | 'requote'
  /** Give the nonce back and wait on schedule without one, so that nobody waits behind it. */
  | 'releaseNonce'
  /** Keep nonce and bytes; send them again once the endpoint had time. */
  | 'backOff'
  /** No other endpoint is asked in this release, so it fails now, with `failureCode`; one with a higher cap might take the bytes. */
  | 'tryOtherEndpoint'
  /** Nothing is known of the bytes: look them up by hash and send the same again, on schedule. */
  | 'lookUpAndResend';

/** What the transaction fails with where nothing is left to try; null: the class has no code of its own. */
type InTheEnd = { readonly outcome: Exclude<Outcome, Ending>; readonly failureCode: FailureCode | null };
/** What it fails with at once. */
type AtOnce = { readonly outcome: Ending; readonly failureCode: FailureCode };
type Ending = 'final' | 'tryOtherEndpoint';

export type ClassPolicy = {
  /** Whether an answer to bytes uses up one of the transaction's retries (`RETRY_MAX`). */
  readonly counts: boolean;
} & (InTheEnd | AtOnce);

/**
 * What the pipeline does about each class. Source: docs/rules.md, "What a node's answer means" and
 * "What counts as a retry": unavailable, unknown, pool full and no funds do,
 * since somebody must be told in the end; what the market, the queue of nonces or our own plan causes does not.
 */
export const CLASS_POLICY: { readonly [C in NodeErrorClass]: ClassPolicy } = {
  alreadyKnown: uncounted('accepted'),
  reverted: ends('final', 'would_revert'),
  // Proves nothing by itself (rule 7): it may be our own attempt that was mined.
  nonceTooLow: uncounted('awaitTracker'),
  nonceTooHigh: uncounted('awaitLowerNonces'),
  replacementUnderpriced: uncounted('replaceOrAwait'),
  feeBelowBase: uncounted('requote'),
  underpriced: uncounted('requote'),
  insufficientFunds: counted('releaseNonce', 'insufficient_funds'),
  poolFull: counted('backOff'),
  rateLimited: uncounted('backOff'),
  // Final at this fee at this endpoint only: the cap is a node's own setting (`--rpc.txfeecap`), no rule of the chain.
  feeCapExceeded: ends('tryOtherEndpoint', 'fee_cap_exceeded'),
  invalid: ends('final', 'node_rejected'),
  unavailable: counted('lookUpAndResend'),
  unknown: counted('lookUpAndResend'),
};

/**
 * Whether a transaction may fail by what a node says in an answer of this class, at once or in the end. Silence may end it as well, but says
 * nothing: these are the words that must be our chain's own. The word of no funds also costs the nonce at once.
 */
export const mayEndIt = (name: NodeErrorClass): boolean => CLASS_POLICY[name].failureCode !== null;

function ends(outcome: Ending, failureCode: FailureCode): ClassPolicy {
  return { outcome, counts: false, failureCode };
}

function counted(outcome: InTheEnd['outcome'], failureCode: FailureCode | null = null): ClassPolicy {
  return { outcome, counts: true, failureCode };
}

function uncounted(outcome: InTheEnd['outcome']): ClassPolicy {
  return { outcome, counts: false, failureCode: null };
}
