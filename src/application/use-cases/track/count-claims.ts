import type { Address } from '../../../domain/primitives.ts';

/** For so many blocks a node has to say the same before a count is believed that no block explains: it was wrong before, then. */
const BLOCKS_TO_INSIST = 32;

/** Counts that blocks explain, and those that a node only claims. A start without this memory costs time, nothing else. */
export class CountClaims {
  private readonly highest = new Map<Address, number>();
  private readonly since = new Map<Address, number>();

  /** The highest count that was believed: after a false fall or a reorg it needs no new explanation. */
  believed(address: Address): number {
    return this.highest.get(address) ?? 0;
  }

  believe(address: Address, count: number): void {
    this.since.delete(address);
    this.highest.set(address, Math.max(this.believed(address), count));
  }

  /** `new`: claimed for the first time; `insisted`: for so long that it has to be believed. */
  claim(address: Address, block: number): 'new' | 'again' | 'insisted' {
    const since = this.since.get(address);
    if (since === undefined) {
      this.since.set(address, block);
      return 'new';
    }
    return block - since >= BLOCKS_TO_INSIST ? 'insisted' : 'again';
  }
}
