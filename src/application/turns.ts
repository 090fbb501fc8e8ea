/** One in each turn of the event loop, in the order of asking: between two of them everybody else has a turn. */
export class Turns {
  private last = Promise.resolve();

  next(): Promise<void> {
    this.last = this.last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.last;
  }
}
