/**
 * How many requests go into a batch, learned from what comes of them: half as many where a batch got no answer, and more again after full
 * ones that got theirs. Twice as many up to half of what was too many, then one by one (as TCP does it, RFC 5681), since each batch that is
 * too large costs a time-out, and bytes in it of which nothing is known.
 */
export class BatchSize {
  #items: number;
  /** From here on more is tried one by one. */
  #threshold: number;
  /** As far as is known, so many do get an answer: whoever asks fewer in vain has met a node that is away, not one that is slow. */
  #answered: number;

  constructor(private readonly most: number) {
    this.#items = most;
    this.#threshold = most;
    this.#answered = most;
  }

  get items(): number {
    return this.#items;
  }

  answered(length: number): void {
    this.#answered = Math.max(this.#answered, length);
    if (length < this.#items) return;
    const more = this.#items < this.#threshold ? Math.min(2 * this.#items, this.#threshold) : this.#items + 1;
    this.#items = Math.min(more, this.most);
  }

  unanswered(length: number): void {
    const half = Math.max(1, Math.floor(length / 2));
    // It went out beside one that has been learned from already.
    if (half >= this.#items) return;
    if (length > this.#answered) this.#threshold = half;
    this.#answered = Math.min(this.#answered, half);
    this.#items = half;
  }
}
