import type { NodeErrorClass } from '../node-answer/node-error-class.ts';

/**
 * What can hold a transaction up that no node's answer says, and whether it uses up one of its retries (docs/rules.md, "What counts as a
 * retry"). docs/operations.md tells for each what it waits for.
 */
export const OWN_CAUSES = {
  evicted: { counts: true },
  revertsForNow: { counts: false },
  nonceTaken: { counts: false },
  cannotSign: { counts: true },
  throttled: { counts: false },
  endpointTwoNotReached: { counts: false },
  refused: { counts: true },
  wrongChain: { counts: false },
  awaitingCursor: { counts: false },
} as const;

type OwnCause = keyof typeof OWN_CAUSES;

type OwnCauseThat<Counts extends boolean> = {
  [C in OwnCause]: (typeof OWN_CAUSES)[C]['counts'] extends Counts ? C : never;
}[OwnCause];

/** Why a transaction waits, or gave its nonce back. */
export type RetryCause = NodeErrorClass | OwnCause;

/** One that may be counted. A node's answer stands in both: to an estimate or a fee quote it counts where to bytes it does not. */
export type CountedCause = NodeErrorClass | OwnCauseThat<true>;

/** One that a wait without a count may have. */
export type UncountedCause = NodeErrorClass | OwnCauseThat<false>;

export const isOwnCause = (cause: RetryCause): cause is OwnCause => Object.hasOwn(OWN_CAUSES, cause);
