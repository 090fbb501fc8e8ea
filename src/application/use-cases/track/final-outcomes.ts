import type { Inclusion } from '../../../domain/transaction/transaction.ts';
import type { Receipt } from '../../ports/chain-node.ts';
import type { TrackParts } from './track-parts.ts';

export type FinalOutcome = Pick<Receipt, 'succeeded' | 'feeWei'>;

/** Where the first answers come from: receipts-ahead.ts. */
interface Receipts {
  of(inclusions: readonly Inclusion[]): Promise<readonly (FinalOutcome | null)[]>;
}

/**
 * Of each inclusion what its receipt says, or null: not known now, and asked for again at the next block. A receipt counts only if its block
 * is the one that the cursor read (rule 10). That one failed is asked for a second time before it is believed: it may be one wrong answer,
 * and what is called reverted is paid once more by whoever asked for it.
 */
export async function finalOutcomes(
  parts: TrackParts,
  inclusions: readonly Inclusion[],
  receipts: Receipts,
): Promise<readonly (FinalOutcome | null)[]> {
  const outcomes = await receipts.of(inclusions);
  // Of cancel bytes it is only asked that they are mined.
  const doubtful = inclusions.filter(({ kind }, i) => outcomes[i]?.succeeded === false && kind !== 'cancel');
  if (doubtful.length === 0) return outcomes;
  const again = await askOutcomes(parts, doubtful);
  const contradicted = new Set(doubtful.filter((_, i) => again[i]?.succeeded !== false));
  const hashes = [...contradicted].slice(0, 20).map(({ hash }) => hash);
  if (hashes.length > 0)
    parts.log.warn({ receipts: contradicted.size, hashes }, 'a receipt said that it failed, and not the second time');
  return outcomes.map((outcome, i) => (contradicted.has(inclusions[i] as Inclusion) ? null : outcome));
}

export async function askOutcomes(
  { node }: TrackParts,
  inclusions: readonly Pick<Inclusion, 'block' | 'hash'>[],
): Promise<readonly (FinalOutcome | null)[]> {
  if (inclusions.length === 0) return [];
  const answers = await node.receipts(inclusions.map(({ hash }) => hash));
  return inclusions.map(({ block, hash }, i) => {
    const answer = answers[i];
    if (!answer?.ok || answer.value === null) return null;
    const receipt = answer.value;
    return receipt.block.hash === block.hash && receipt.hash === hash ? receipt : null;
  });
}
