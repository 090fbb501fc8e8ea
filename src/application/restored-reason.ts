import type { Millis } from '../domain/primitives.ts';

const RESTORED = 'restored: ';
const BEFORE = '. It was paused before: ';

/** @param left why it is paused beside the restore; null: for nothing else */
export const restoredReason = (takenAt: Millis, left: string | null): string =>
  `${RESTORED}the record is the backup of ${new Date(takenAt).toISOString()}, and what was accepted, signed or sent after that is unknown to it; ` +
  `\`npm run admin -- restore report\` shows what the chain knows more${left === null ? '' : BEFORE + left}`;

/** What still holds a restored signer when the decision is made: a pause of before the backup, or one that came since. Null: nothing. */
export function reasonLeft(reason: string): string | null {
  if (!reason.startsWith(RESTORED)) return reason;
  const at = reason.indexOf(BEFORE);
  return at < 0 ? null : reason.slice(at + BEFORE.length);
}
