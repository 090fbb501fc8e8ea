import assert from 'node:assert/strict';
import { finalNumber } from '../../src/domain/confirmation/depth.ts';
import type { BlockRef, TxHash } from '../../src/domain/primitives.ts';
import { block } from './transactions.ts';

const CONFIRMATIONS = 2;

/** One account's transactions in a chain of blocks, the newest of which still takes some; a nonce is a place in it. */
export class ScenarioChain {
  readonly #blocks: { ref: BlockRef; mined: (TxHash | 'foreign')[] }[] = [];
  #forks = 0;

  constructor() {
    for (let n = 0; n < CONFIRMATIONS; n++) this.build();
  }

  /** The account's nonce count at the head. */
  get next(): number {
    return this.#count(Infinity);
  }

  /** The account's nonce count at the newest block that is final. */
  get final(): number {
    return this.#count(finalNumber(this.#blocks.length - 1, CONFIRMATIONS));
  }

  build(): void {
    this.#blocks.push({ ref: block(this.#blocks.length, this.#forks), mined: [] });
  }

  mine(nonce: number, hash: TxHash | 'foreign'): void {
    assert.equal(nonce, this.next, 'the chain takes the next nonce only');
    this.#blocks.at(-1)?.mined.push(hash);
  }

  /** The newest blocks give way to as many empty ones. */
  reorg(depth: number): void {
    assert.ok(depth < CONFIRMATIONS, 'a block that deep is never replaced');
    this.#forks += 1;
    this.#blocks.splice(-depth);
    for (let n = 0; n < depth; n++) this.build();
  }

  at(nonce: number): TxHash | 'foreign' | undefined {
    return this.#blocks.flatMap(({ mined }) => mined)[nonce];
  }

  blockOf(hash: TxHash): BlockRef | null {
    return this.#blocks.find(({ mined }) => mined.includes(hash))?.ref ?? null;
  }

  has(ref: BlockRef): boolean {
    return this.#blocks[ref.number]?.ref.hash === ref.hash;
  }

  #count(upTo: number): number {
    return this.#blocks.slice(0, upTo + 1).reduce((sum, { mined }) => sum + mined.length, 0);
  }
}
