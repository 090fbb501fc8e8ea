import type { Millis } from '../primitives.ts';
import { isSettled, type Status } from '../transaction/transaction.ts';

/** What the record says of a transaction that might be forgotten. */
export interface ForgetFacts {
  readonly status: Status;
  readonly liveNonce: number | null;
  /** An attempt of it may yet be mined: the tracker looks for it. */
  readonly anyLive: boolean;
  readonly holdsNonce: boolean;
  /** Its last change. */
  readonly updatedAt: Millis;
  /** Its row in the table of failures. */
  readonly failure: { readonly state: 'open' | 'resolved' | 'closed'; readonly closedAt: Millis | null } | null;
}

/**
 * Only what is over and of which nothing can be mined any more. A failed one is over when a person has closed it: until then somebody may
 * want to retry it. Age counts from the last thing that happened to it.
 */
export function mayForget(facts: ForgetFacts, before: Millis): boolean {
  if (!isSettled(facts) || facts.liveNonce !== null || facts.anyLive || facts.holdsNonce) return false;
  if (facts.failure?.state === 'open') return false;
  if (facts.status === 'failed' && facts.failure?.state !== 'closed') return false;
  return Math.max(facts.updatedAt, facts.failure?.closedAt ?? 0) < before;
}
