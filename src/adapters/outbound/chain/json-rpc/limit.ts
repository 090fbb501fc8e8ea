/** At most so many pieces of work at once; the rest waits in order. */
export class Limit {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** @returns null where the signal ended the wait for a free place: then nothing was done. */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result | null> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#wait(signal))) return null;
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      // The place goes from hand to hand, so that nobody who comes now gets in between.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (isFree: boolean): void => {
        this.#waiting.delete(take);
        signal?.removeEventListener('abort', giveUp);
        resolve(isFree);
      };
      const take = (): void => {
        end(true);
      };
      const giveUp = (): void => {
        end(false);
      };
      this.#waiting.add(take);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }
}
