import type { LetterChange, WakeUp } from '../change-set.ts';
import type { Millis } from '../../domain/primitives.ts';

/** What one commit has to tell the outside; ids and codes only. */
export interface OutboxMessage {
  readonly sequence: number;
  readonly at: Millis;
  readonly wakeUps: readonly WakeUp[];
  readonly letters: readonly LetterChange[];
}

/** Messages that were committed with the rows that they speak of, and are still to be published. */
export interface Outbox {
  /** The oldest first, or just these. Taking changes nothing: whoever dies before `done` leaves the rows for the next. */
  take(limit: number, sequences?: readonly number[]): Promise<readonly OutboxMessage[]>;
  done(sequences: readonly number[]): Promise<void>;
}
