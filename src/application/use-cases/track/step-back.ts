import { observeReorg } from '../../../domain/decisions/observe-block.ts';
import { fillerReorged } from '../../../domain/nonce/observe-filler.ts';
import type { BlockRef } from '../../../domain/primitives.ts';
import type { ChangeSet, LeaseToken, SignerMove } from '../../change-set.ts';
import { changesOf, wakeUpsFor } from '../../changes-of.ts';
import type { ChainCursor } from '../../ports/work.ts';
import { signerRows } from './signer-moves.ts';
import type { TrackParts } from './track-parts.ts';

/**
 * An endpoint shows another block at the cursor's height: the cursor goes back to the parent, and the rows of the block that is gone go
 * back to where they came from. Null when the parent is not known any more: no rule can mend that, a person must.
 */
export async function stepBack(
  parts: TrackParts,
  chain: ChainCursor,
  cursor: BlockRef,
  fence: LeaseToken,
): Promise<ChangeSet | null> {
  const parentHash = chain.blocks.find((known) => known.hash === cursor.hash)?.parentHash;
  if (parentHash === undefined) return null;
  const parent: BlockRef = { number: cursor.number - 1, hash: parentHash };
  const now = parts.clock.now();
  const { transactions, fillers } = await parts.work.includedIn(parts.chainId, cursor.hash);
  const decisions = transactions.flatMap((row) => observeReorg(row, cursor, now) ?? []);
  const moved = fillers.flatMap((before) => {
    const after = fillerReorged(before, now);
    return after === null ? [] : [{ before, after }];
  });
  const deep = chain.finalNumber !== null && cursor.number <= chain.finalNumber;
  const lifecycle = changesOf(decisions);
  parts.log.warn(
    { block: cursor.number, hash: cursor.hash, transactions: decisions.length, deep },
    'reorg: the cursor steps back',
  );
  return {
    step: 'cursor',
    at: now,
    fence,
    ...lifecycle,
    wakeUps: [
      ...lifecycle.wakeUps,
      ...wakeUpsFor(
        moved.map(({ after }) => ({ id: after.id, signer: { chainId: after.chainId, address: after.signer } })),
      ),
    ],
    fillers: moved,
    signers: deep ? await pauseAll(parts, cursor) : [],
    cursors: [
      {
        chainId: parts.chainId,
        from: cursor,
        to: parent,
        blocks: [],
        forgetAbove: parent.number,
      },
    ],
  };
}

/** A reorg of `CONFIRMATIONS` blocks or more can take back what was called confirmed. */
async function pauseAll(parts: TrackParts, cursor: BlockRef): Promise<readonly SignerMove[]> {
  const reason = `block ${cursor.number}, which was called final, is no longer in the chain: what was confirmed in it may be gone`;
  parts.log.error({ block: cursor.number }, 'all signers of the chain paused: a final block was replaced');
  return (await signerRows(parts))
    .filter((row) => row.paused === null)
    .map((row) => ({ key: row.key, paused: { reason, at: parts.clock.now() } }));
}
