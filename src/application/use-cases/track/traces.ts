import { decide, type Decision } from '../../../domain/decisions/decision.ts';
import type { BlockRef, HolderId, SignerKey, TxHash } from '../../../domain/primitives.ts';
import type { Inclusion } from '../../../domain/transaction/transaction.ts';
import type { Competitor, Holders } from '../../ports/work.ts';
import type { TrackParts } from './track-parts.ts';

/** By nonce, what was mined at it. */
type NonceUse = ReadonlyMap<number, TxHash>;

export interface Traces {
  /** Those of whose bytes the node knows nothing, and whose nonces other bytes used: only they may be written off. */
  gone(usersOf: (nonces: ReadonlySet<number>) => Promise<NonceUse>): Promise<Holders>;
  /** Those whose bytes have a receipt in one of these blocks, although the block was shown without them when it was read. */
  missed(blocks: readonly BlockRef[]): readonly Decision[];
}

/**
 * What the node knows of the live bytes of holders whose nonces seem to be lost. A count or a block's body may be wrong for a moment, and
 * writing bytes off that were mined pays twice: so the node is first asked for every sign of the bytes, and where it does not answer, they
 * are not written off.
 */
export async function tracesOf(parts: TrackParts, key: SignerKey, holders: Holders): Promise<Traces> {
  const nonces = [...nonceSet(holders)];
  const bytes = nonces.length === 0 ? [] : await parts.work.competitors(key, nonces);
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
    gone: async (usersOf) => {
      const unknown = holders.transactions.filter((row) => !known.has(row.id));
      const unknownFillers = holders.fillers.filter((row) => !known.has(row.id));
      const nonces = nonceSet({ transactions: unknown, fillers: unknownFillers });
      if (nonces.size === 0) return { transactions: [], fillers: [] };
      const users = await usersOf(nonces);
      const othersUsed = (holder: HolderId, nonce: number | null): boolean => {
        const user = nonce === null ? undefined : users.get(nonce);
        return user !== undefined && !bytes.some(({ holderId, hash }) => holderId === holder && hash === user);
      };
      return {
        transactions: unknown.filter((row) => othersUsed(row.id, row.liveNonce)),
        fillers: unknownFillers.filter((row) => othersUsed(row.id, row.nonce)),
      };
    },
    missed: (blocks) =>
      holders.transactions.flatMap((row) => {
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

const nonceSet = ({ transactions, fillers }: Holders): ReadonlySet<number> =>
  new Set([...transactions.flatMap((row) => row.liveNonce ?? []), ...fillers.map((row) => row.nonce)]);
