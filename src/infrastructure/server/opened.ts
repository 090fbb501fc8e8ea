/** What a start has opened so far, closed last first at a stop, or where the start fails half-way. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** One that cannot be closed keeps nothing else open. Closing again does nothing. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const one of this.#closers.splice(0).reverse()) {
      try {
        await one();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
  }
}
