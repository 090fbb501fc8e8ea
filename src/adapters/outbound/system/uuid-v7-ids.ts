import { v7 } from 'uuid';
import type { Clock, IdGenerator, Random } from '../../../application/ports/clock.ts';

/** Where a millisecond's sequence starts: anywhere below, so that two processes hardly ever share one, with room above. */
const STARTS = 2 ** 30;
/** What `uuid` asks for; it takes the last six of them. */
export const RANDOM_BYTES = 16;
const HIGHEST_SEQUENCE = 2 ** 31 - 1;

/**
 * RFC 9562, version 7. Strictly ascending within the process, when many fall into one millisecond and when the clock is set back too: the
 * sequence in the field behind the time then goes on from the last one's.
 */
export class UuidV7Ids implements IdGenerator {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #bytes: () => Uint8Array;
  #lastMs = -1;
  #sequence = 0;

  /** @param bytes gives `RANDOM_BYTES` unpredictable ones */
  constructor(clock: Clock, random: Random, bytes: () => Uint8Array) {
    this.#clock = clock;
    this.#random = random;
    this.#bytes = bytes;
  }

  next(): string {
    const nowMs = this.#clock.now();
    if (nowMs > this.#lastMs || this.#sequence === HIGHEST_SEQUENCE) {
      this.#lastMs = Math.max(nowMs, this.#lastMs + 1);
      this.#sequence = Math.floor(this.#random.next() * STARTS);
    } else this.#sequence += 1;
    return v7({ msecs: this.#lastMs, seq: this.#sequence, random: this.#bytes() });
  }
}
