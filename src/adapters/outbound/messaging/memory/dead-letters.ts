import type { DeadLetters, Letter } from '../../../../application/ports/dead-letters.ts';
import type { TransactionId } from '../../../../domain/primitives.ts';

const DEFAULT_CAPACITY = 10_000;

/** Nothing outlives the process; the `failures` table is the truth. A transaction's newest letter takes the place of its older one. */
export class MemoryDeadLetters implements DeadLetters {
  readonly #capacity: number;
  /** By transaction, or by number where nobody knows whose it was. As text, so that what cannot be serialised shows here already. */
  readonly #letters = new Map<string, string>();
  #lastMalformed = 0;

  constructor(capacity: number = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  async put(letters: readonly Letter[]): Promise<void> {
    for (const letter of letters) {
      const key = letter.kind === 'failure' ? letter.transactionId : `malformed ${++this.#lastMalformed}`;
      this.#letters.delete(key);
      this.#letters.set(key, JSON.stringify(letter));
    }
    for (const oldest of this.#letters.keys()) {
      if (this.#letters.size <= this.#capacity) break;
      this.#letters.delete(oldest);
    }
  }

  async page(limit: number): Promise<readonly Letter[]> {
    return [...this.#letters.values()].slice(0, limit).map((text) => JSON.parse(text) as Letter);
  }

  async remove(transactionIds: readonly TransactionId[]): Promise<void> {
    for (const id of transactionIds) this.#letters.delete(id);
  }
}
