import type { ChangeSet } from '../change-set.ts';
import type { HolderId, TransactionId } from '../../domain/primitives.ts';

/** What became of one item of `accepted`, in order. */
export type AcceptOutcome =
  | { readonly kind: 'created'; readonly id: TransactionId }
  /** The key was used for an equal request: the original's id. */
  | { readonly kind: 'replayed'; readonly id: TransactionId }
  /** It could only have been a repetition (`onlyReplay`), and is none. */
  | { readonly kind: 'notCreated' }
  /** The key was used for another request. */
  | { readonly kind: 'keyReused'; readonly id: TransactionId };

export interface Committed {
  readonly kind: 'committed';
  readonly accepted: readonly AcceptOutcome[];
  /** The outbox row of this commit, so that who commits can publish at once; null where there is nothing to tell. */
  readonly outbox: number | null;
}

/**
 * Nothing was written. `version`: a row moved meanwhile (`ids` names all such); `nonce`: a nonce has another holder; `hash`: the bytes
 * are already another holder's attempt; `signer`: the signer's row moved; `fence`: the lease has passed on; `cursor`: the cursor is
 * elsewhere; `live`: a jump of the cursor while an attempt is live.
 */
export interface Conflict {
  readonly kind: 'conflict';
  readonly reason: 'version' | 'nonce' | 'hash' | 'signer' | 'fence' | 'cursor' | 'live';
  readonly ids: readonly HolderId[];
}

/** The one door for writing. Durable when the promise is fulfilled; throws only for broken infrastructure. */
export interface Ledger {
  commit(changes: ChangeSet): Promise<Committed | Conflict>;
}
