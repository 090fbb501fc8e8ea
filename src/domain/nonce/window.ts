/** A nonce is sent only below this (exclusive), so that the lowest, a filler's too, is never kept out. */
export const windowEnd = (nextNonce: number, maxInFlight: number): number => nextNonce + maxInFlight;

/** Signing runs ahead of the window by one window: enough that it never waits, not so much that fees grow old. */
export const allocationCeiling = (nextNonce: number, maxInFlight: number): number => nextNonce + 2 * maxInFlight;

/** What a reorg that costs nothing but time can take back: what was under way, for each block that was not final yet. */
const REORG_SLACK = 64;

/**
 * A count far below the one last seen: what we gave out since may lie above a gap that only fillers by the thousand would close, so a person
 * decides. Reorgs below the depth are no reason.
 */
export const isSuspiciousFall = (
  lastSeen: number | null,
  now: number,
  maxInFlight: number,
  confirmations: number,
  hasRecord: boolean,
): boolean => hasRecord && lastSeen !== null && now < lastSeen - maxInFlight * confirmations - REORG_SLACK;

/**
 * A count far above the one last seen at the cursor is a restored backup or a lying node: a person decides ("Where an allocation
 * starts"). A key that was used before we first saw it is no reason, so a signer without a record is let through; nor are nonces that we
 * gave out, however many of them one block uses after a reorg.
 * @param own how many nonces between the two we hold
 */
export const isSuspiciousJump = (
  lastSeen: number | null,
  now: number,
  own: number,
  maxInFlight: number,
  hasRecord: boolean,
): boolean => hasRecord && lastSeen !== null && now > lastSeen + own + maxInFlight;
