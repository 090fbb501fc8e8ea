import { decide, type Decision } from '../../../domain/decisions/decision.ts';
import type { BlockRef, HolderId, SignerKey } from '../../../domain/primitives.ts';
import type { Inclusion } from '../../../domain/transaction/transaction.ts';
import type { Competitor, Holders } from '../../ports/work.ts';
import type { TrackParts } from './track-parts.ts';

export interface Traces {
  /** Those of whose bytes the node knows nothing: only they may be written off. */
  gone(holders: Holders): Holders;
  /** Those whose bytes have a receipt in one of these blocks, although the block was shown without them when it was read. */
  missed(holders: Holders, blocks: readonly BlockRef[]): readonly Decision[];
}

/**
 * What the node knows of the live bytes of holders whose nonces seem to be lost. A count or a block's body may be wrong for a moment, and
 * writing bytes off that were mined pays twice: so the node is first asked for every sign of the bytes, and where it does not answer, they
 * are not written off.
 */
export async function tracesOf(parts: TrackParts, key: SignerKey, holders: Holders): Promise<Traces> {
  const nonces = [
    ...holders.transactions.flatMap((row) => row.liveNonce ?? []),
    ...holders.fillers.map((row) => row.nonce),
  ];
  const bytes = nonces.length === 0 ? [] : await parts.work.competitors(key, [...new Set(nonces)]);
  const hashes = bytes.map(({ hash }) => hash);
  const [sightings, receipts] = await Promise.all([parts.node.lookUp(hashes), parts.node.receipts(hashes)]);
  const known = new Set<HolderId>();
  const mined: { readonly bytes: Competitor; readonly block: BlockRef }[] = [];
  bytes.forEach((one, i) => {
    const [sighting, receipt] = [sightings[i], receipts[i]];
    const nothing = sighting?.ok && sighting.value === 'unknown' && receipt?.ok && receipt.value === null;
    if (!nothing) known.add(one.holderId);
    if (receipt?.ok && receipt.value !== null && receipt.value.hash === one.hash)
      mined.push({ bytes: one, block: receipt.value.block });
  });
  return {
    gone: ({ transactions, fillers }) => ({
      transactions: transactions.filter((row) => !known.has(row.id)),
      fillers: fillers.filter((row) => !known.has(row.id)),
    }),
    missed: ({ transactions }, blocks) =>
      transactions.flatMap((row) => {
        const found = mined.find(
          ({ bytes: one, block }) => one.holderId === row.id && blocks.some(({ hash }) => hash === block.hash),
        );
        if (found === undefined) return [];
        const { hash, kind, revision } = found.bytes;
        const inclusion: Inclusion = { block: found.block, hash, kind, revision };
        parts.log.warn(
          { transactionId: row.id, block: found.block.number },
          'found in a block that was shown without it',
        );
        return decide(row, { type: 'Included', inclusion }, { block: found.block.number, hash }) ?? [];
      }),
  };
}
