import type { NodeErrorClass } from '../node-answer/node-error-class.ts';

/** What can hold a transaction up that no node's answer says. docs/operations.md tells for each what it waits for. */
export const OWN_CAUSES = [
  'evicted',
  'revertsForNow',
  'nonceTaken',
  'cannotSign',
  'throttled',
  'endpointTwoNotReached',
  'refused',
  'wrongChain',
  'awaitingCursor',
] as const;

/** Why a transaction waits, or gave its nonce back. */
export type RetryCause = NodeErrorClass | (typeof OWN_CAUSES)[number];
