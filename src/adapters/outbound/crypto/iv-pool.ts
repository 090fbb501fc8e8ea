import { randomFillSync } from 'node:crypto';

/** What GCM takes as it is (NIST SP 800-38D). */
export const IV_BYTES = 12;
const IVS_A_DRAW = 1024;

/**
 * Random IVs, each handed out once. Drawn by the thousand, since asking the system for twelve bytes takes as long as encrypting a field. With at
 * most 2^30 of them under one key, two are equal with a chance of 2^-37 (NIST SP 800-38D allows 2^-32).
 */
export class IvPool {
  #pool = Buffer.alloc(0);
  #used = 0;

  /** 12 bytes. */
  take(): Uint8Array {
    if (this.#used === this.#pool.length) {
      // A new buffer each time: the views handed out before stay what they were.
      this.#pool = randomFillSync(Buffer.allocUnsafeSlow(IVS_A_DRAW * IV_BYTES));
      this.#used = 0;
    }
    const iv = this.#pool.subarray(this.#used, this.#used + IV_BYTES);
    this.#used += IV_BYTES;
    return iv;
  }
}
