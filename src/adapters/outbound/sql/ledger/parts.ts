import { accepted } from './accepted.ts';
import { attemptChanges, closedAttempts, newAttempts } from './attempts.ts';
import { jobItems, newJobs } from './bulk-jobs.ts';
import { cursorMoves, newChains, signerMoves } from './chain-state.ts';
import { countedFailures, figures } from './figures.ts';
import { audit, events } from './journal.ts';
import { fillerMoves, heldNonces, newFillers, transactionMoves } from './moves.ts';
import { revisions } from './revisions.ts';
import type { Part } from './writing.ts';

/** In the order of writing: what can conflict comes first, so that a conflict costs little; and events after what they speak of. */
const ORDERED = {
  signerMoves,
  newChains,
  cursorMoves,
  transactionMoves,
  jobItems,
  fillerMoves,
  newFillers,
  heldNonces,
  newAttempts,
  attemptChanges,
  closedAttempts,
  accepted,
  // After the moves: of two edits of one row, the later one finds that the row moved.
  revisions,
  events,
  countedFailures,
  audit,
  // After `accepted`, which says what was created.
  figures,
  newJobs,
};

export type PartName = keyof typeof ORDERED;
export const PART_NAMES = Object.keys(ORDERED) as readonly PartName[];

/** Each part's own data is known to that part alone. */
export const PARTS = ORDERED as unknown as Readonly<Record<PartName, Part<unknown>>>;
