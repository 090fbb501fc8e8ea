import { CountClaims } from './count-claims.ts';
import { NonceUsers } from './nonce-users.ts';
import { ReceiptsAhead } from './receipts-ahead.ts';
import { CountsMemory } from './signer-counts.ts';
import type { TrackParts } from './track-parts.ts';

/** What a tracker keeps from block to block. All of it can be asked anew, so a restart may lose it. */
export class TrackMemory {
  readonly counts: CountsMemory;
  readonly users: NonceUsers;
  readonly claims = new CountClaims();
  readonly receipts: ReceiptsAhead;

  constructor(parts: TrackParts) {
    this.counts = new CountsMemory(parts);
    this.users = new NonceUsers(parts);
    this.receipts = new ReceiptsAhead(parts);
  }
}
