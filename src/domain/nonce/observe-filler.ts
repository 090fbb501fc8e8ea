import type { BlockRef, Millis, TxHash } from '../primitives.ts';
import type { FillerState } from './filler.ts';
import { isFinished } from './filler.ts';

/** The filler's bytes are in the block that the cursor moves onto. */
export const fillerIncluded = (filler: FillerState, block: BlockRef, hash: TxHash): FillerState | null =>
  filler.status === 'open' ? { ...filler, status: 'included', inclusion: { block, hash }, dueAt: null } : null;

/** Its block is gone: it is sent again at once. */
export const fillerReorged = (filler: FillerState, now: Millis): FillerState | null =>
  filler.status === 'included' ? { ...filler, status: 'open', inclusion: null, dueAt: now } : null;

/** Its nonce is final: by its own bytes, or by somebody else's, which closes the hole as well. */
export const fillerSettled = (filler: FillerState): FillerState | null =>
  isFinished(filler) ? null : { ...filler, status: filler.status === 'included' ? 'done' : 'lost', dueAt: null };

export const fillerSigned = (filler: FillerState, hash: TxHash, dueAt: Millis): FillerState | null =>
  filler.status === 'reserved' || filler.status === 'open'
    ? { ...filler, status: 'open', attemptHash: hash, dueAt }
    : null;

/** Between two tries of a filler. */
export const LONGEST_FILLER_WAIT_MS = 60_000;

/** It waits and never fails: longer each time, at most a minute. */
export const fillerWaits = (filler: FillerState, now: Millis, pauseMs: Millis): FillerState | null =>
  filler.status === 'reserved' || filler.status === 'open'
    ? {
        ...filler,
        tries: filler.tries + 1,
        dueAt: now + Math.min(LONGEST_FILLER_WAIT_MS, pauseMs * 2 ** Math.min(filler.tries, 16)),
      }
    : null;
