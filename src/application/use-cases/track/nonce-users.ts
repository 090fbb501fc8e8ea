import type { Address, BlockHash, BlockRef, TxHash } from '../../../domain/primitives.ts';
import type { TrackParts } from './track-parts.ts';

/** What is left of a search goes on with the next block. */
const BLOCKS_AT_ONCE = 64;

interface Search {
  /** The newest block that was read. */
  readonly top: BlockRef;
  /** Where it goes on, further back; null: before the first block. */
  readonly next: BlockHash | null;
  readonly users: ReadonlyMap<number, TxHash>;
  /** The account's lowest nonce in the blocks that were read. */
  readonly lowest: number;
}

/**
 * Which transaction used a nonce, by the blocks themselves, from a final one back. A count may be a lie and so may a look that finds
 * nothing; a transaction of the account in a final block is there to be seen, and only it shows that other bytes can never be mined.
 */
export class NonceUsers {
  private readonly searches = new Map<Address, Search>();
  private readonly told = new Set<Address>();

  constructor(private readonly parts: Pick<TrackParts, 'node' | 'log'>) {}

  /** Those that have been found by now. A nonce above one that was met on the way back is used by nobody. */
  async find(address: Address, nonces: ReadonlySet<number>, final: BlockRef): Promise<ReadonlyMap<number, TxHash>> {
    const begun = this.searches.get(address);
    const search = await this.goBack(
      address,
      nonces,
      (begun && (await this.catchUp(address, begun, final))) ?? atTop(final),
    );
    this.searches.set(address, search);
    const contradicted = [...nonces].filter((nonce) => nonce > search.lowest && !search.users.has(nonce));
    if (contradicted.length > 0 && !this.told.has(address)) {
      this.told.add(address);
      this.parts.log.warn(
        { signer: address, nonces: contradicted.slice(0, 20) },
        'a nonce counts as used, and no block has a transaction at it',
      );
    }
    return search.users;
  }

  /** Nothing of it is missed any more. */
  forget(address: Address): void {
    this.searches.delete(address);
    this.told.delete(address);
  }

  /** The blocks that became final since the last look; null where they do not lead there, or too many are between. */
  private async catchUp(address: Address, search: Search, final: BlockRef): Promise<Search | null> {
    const { top } = search;
    let newer = atTop(final);
    for (let read = 0; final.number - read > top.number; read++) {
      const more = read < BLOCKS_AT_ONCE ? await this.read(address, newer) : null;
      if (more === null) return null;
      newer = more;
    }
    if (newer.next !== top.hash) return null;
    return {
      top: final,
      next: search.next,
      users: new Map([...search.users, ...newer.users]),
      lowest: Math.min(search.lowest, newer.lowest),
    };
  }

  private async goBack(address: Address, nonces: ReadonlySet<number>, from: Search): Promise<Search> {
    const least = Math.min(...nonces);
    let search = from;
    for (let read = 0; read < BLOCKS_AT_ONCE && search.lowest > least; read++) {
      const more = await this.read(address, search);
      if (more === null) break;
      search = more;
    }
    return search;
  }

  /** One block further back; null at the chain's beginning, or where the node does not show it. */
  private async read(address: Address, search: Search): Promise<Search | null> {
    if (search.next === null) return null;
    const answer = await this.parts.node.contents(search.next);
    if (!answer.ok || answer.value === null) return null;
    const { number, parentHash, transactions } = answer.value;
    const own = transactions.filter(({ from }) => from === address);
    return {
      top: search.top,
      next: number === 0 ? null : parentHash,
      users: new Map([...search.users, ...own.map(({ nonce, hash }) => [nonce, hash] as const)]),
      lowest: Math.min(search.lowest, ...own.map(({ nonce }) => nonce)),
    };
  }
}

const atTop = (final: BlockRef): Search => ({ top: final, next: final.hash, users: new Map(), lowest: Infinity });
