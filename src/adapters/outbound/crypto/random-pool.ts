import { randomFillSync } from 'node:crypto';

const PIECES_A_DRAW = 1024;

/** Random bytes from the system, each handed out once. Drawn by the thousand pieces: asking for a few bytes takes longer than most of what is done with them. */
export class RandomPool {
  readonly #size: number;
  #pool = Buffer.alloc(0);
  #used = 0;

  /** @param size bytes of a piece */
  constructor(size: number) {
    this.#size = size;
  }

  take(): Uint8Array {
    if (this.#used === this.#pool.length) {
      // A new buffer each time: the views handed out before stay what they were.
      this.#pool = randomFillSync(Buffer.allocUnsafeSlow(PIECES_A_DRAW * this.#size));
      this.#used = 0;
    }
    const piece = this.#pool.subarray(this.#used, this.#used + this.#size);
    this.#used += this.#size;
    return piece;
  }
}
