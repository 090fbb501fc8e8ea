interface Waiting {
  readonly position: number;
  readonly read: () => Promise<void>;
}

/** Each time so many pages were read, one of them was of who has waited longest. */
const OLDEST_EVERY = 8;

/**
 * Whose page is read next, of all readers that catch up. One page in each turn of the event loop: a database in the process takes the thread
 * for it, and everybody else has a turn before the next. Most pages are of who is nearest to the end, so that one after the other gets there
 * even where the feed grows faster than all together could follow it, and nobody waits for who has far more to read; the others are of who
 * has waited longest, so that nobody starves.
 */
export class PageTurns {
  private readonly waiting: Waiting[] = [];
  private isReading = false;
  private pages = 0;

  /** @param page read when it is this reader's turn; what it throws is the reader's */
  read<Page>(position: number, page: () => Promise<Page>): Promise<Page> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ position, read: () => page().then(resolve, reject) });
      if (!this.isReading) void this.readAll();
    });
  }

  private async readAll(): Promise<void> {
    this.isReading = true;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.take();
      if (next === undefined) break;
      await next.read();
    }
    this.isReading = false;
  }

  private take(): Waiting | undefined {
    if (++this.pages % OLDEST_EVERY === 0) return this.waiting.shift();
    let at = 0;
    for (const [i, { position }] of this.waiting.entries()) if (position > (this.waiting[at]?.position ?? 0)) at = i;
    return this.waiting.splice(at, 1)[0];
  }
}
