import type { ChangeSet, LeaseToken } from '../../change-set.ts';
import type { LaneParts } from './lane-parts.ts';

/**
 * What a round came to. `again`: rows moved, and there may be more; `moved`: they did, and there is no more; `conflict`: somebody else moved one of them, so they are looked at
 * anew; `lost`: the lane has passed on, and nothing of it can be written any more.
 */
export type RoundOutcome = 'again' | 'moved' | 'conflict' | 'done' | 'lost';

/**
 * The commits of one round. A round that moved nothing is not made once more: whatever it could not do now it could not do at once
 * again either.
 */
export class Round {
  private moved = false;
  private conflicted = false;
  private lost = false;

  constructor(
    private readonly parts: Pick<LaneParts, 'ledger'>,
    readonly fence: LeaseToken,
  ) {}

  get outcome(): RoundOutcome {
    if (this.lost) return 'lost';
    if (this.conflicted) return 'conflict';
    return this.moved ? 'again' : 'done';
  }

  /** The reason where nothing was written. */
  async commit(changes: Omit<ChangeSet, 'fence'>): ReturnType<LaneParts['ledger']['commit']> {
    const result = await this.parts.ledger.commit({ ...changes, fence: this.fence });
    if (result.kind === 'committed') {
      const { transactions = [], fillers = [], newFillers = [], attempts = [] } = changes;
      this.moved ||= transactions.length + fillers.length + newFillers.length + attempts.length > 0;
    } else if (result.reason === 'fence') this.lost = true;
    // Bytes that are another's already are made anew with other terms, in this round.
    else if (result.reason !== 'hash') this.conflicted = true;
    return result;
  }
}
