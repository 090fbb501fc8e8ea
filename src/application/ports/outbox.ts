import type { LetterChange, WakeUp } from '../change-set.ts';

export type OutboxMessage =
  | { readonly sequence: number; readonly kind: 'wakeUp'; readonly wakeUp: WakeUp }
  | { readonly sequence: number; readonly kind: 'letter'; readonly letter: LetterChange & { readonly message: string | null; readonly at: number } };

/** Messages that were committed with the rows that they speak of, and are still to be published. */
export interface Outbox {
  /** The oldest first, or just these. Taking changes nothing: whoever dies before `done` leaves the rows for the next. */
  take(limit: number, sequences?: readonly number[]): Promise<readonly OutboxMessage[]>;
  done(sequences: readonly number[]): Promise<void>;
}
