import type { IdGenerator } from '../../../application/ports/clock.ts';

/** 00000000-0000-7000-8000-000000000001, …2, …: of the right form, and readable in a failed test. */
export class CountingIds implements IdGenerator {
  #count = 0;

  next(): string {
    this.#count += 1;
    return `00000000-0000-7000-8000-${this.#count.toString(16).padStart(12, '0')}`;
  }
}
