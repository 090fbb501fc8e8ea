import type { Millis } from '../../../../domain/primitives.ts';

interface Entry<Item> {
  readonly at: Millis;
  readonly item: Item;
}

/**
 * Items by the time at which they are due, those of one time in the order of their coming. Nearly all come in order: so an array.
 * An entry that was overtaken (the item is gone, or due at another time by now) is dropped when its turn comes.
 */
export class Schedule<Item> {
  readonly #entries: Entry<Item>[] = [];
  readonly #isCurrent: (item: Item, at: Millis) => boolean;

  constructor(isCurrent: (item: Item, at: Millis) => boolean) {
    this.#isCurrent = isCurrent;
  }

  add(at: Millis, item: Item): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { at, item });
  }

  /** null: nothing is to come. */
  earliest(): Millis | null {
    const first = this.#entries.findIndex(({ item, at }) => this.#isCurrent(item, at));
    this.#entries.splice(0, first === -1 ? this.#entries.length : first);
    return this.#entries[0]?.at ?? null;
  }

  takeDue(now: Millis): readonly Item[] {
    const rest = this.#entries.findIndex(({ at }) => at > now);
    const due = this.#entries.splice(0, rest === -1 ? this.#entries.length : rest);
    return due.filter(({ item, at }) => this.#isCurrent(item, at)).map(({ item }) => item);
  }
}
