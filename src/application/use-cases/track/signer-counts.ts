import type { Address, BlockHash, BlockRef } from '../../../domain/primitives.ts';
import type { AccountState } from '../../ports/chain-node.ts';
import type { SignerRow } from '../../ports/work.ts';
import type { TrackParts } from './track-parts.ts';

export type SignerCounts = ReadonlyMap<Address, AccountState>;

/** Beyond those between the cursor and the newest final block: replaced ones take a place too. Older ones are asked for anew. */
const BLOCKS_TO_SPARE = 64;

/**
 * Nonce counts and balances at a block's hash, never at a node's `latest` or `pending` (docs/rules.md, failure 15). What a hash once
 * answered stays true, so it is remembered; a failure never is.
 */
export class CountsMemory {
  private readonly known = new Map<BlockHash, SignerCounts>();

  constructor(private readonly parts: TrackParts) {}

  /** Null if one account's answer is missing: no guess is made. */
  async at(signers: readonly SignerRow[], block: BlockRef): Promise<SignerCounts | null> {
    const addresses = signers.map((row) => row.key.address);
    const known = this.known.get(block.hash);
    if (known !== undefined && addresses.every((address) => known.has(address))) return known;
    const counts = await this.ask(addresses, block);
    if (counts.size !== addresses.length) return null;
    this.known.set(block.hash, counts);
    for (const hash of this.known.keys()) {
      if (this.known.size <= this.parts.confirmations + BLOCKS_TO_SPARE) break;
      this.known.delete(hash);
    }
    return counts;
  }

  /** Anew, whatever is remembered; without the accounts that the node does not answer for. */
  async ask(addresses: readonly Address[], block: BlockRef): Promise<SignerCounts> {
    const answers = await this.parts.node.accounts(addresses, block.hash);
    const counts = new Map<Address, AccountState>();
    addresses.forEach((address, i) => {
      const answer = answers[i];
      if (answer?.ok) counts.set(address, answer.value);
    });
    return counts;
  }
}
