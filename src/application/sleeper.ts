/** A pause that a wake-up or a stop ends. A wake-up that comes while nobody sleeps ends the next pause, so that none is lost. */
export class Sleeper {
  private woken = false;
  private end: (() => void) | null = null;

  wake(): void {
    this.woken = true;
    this.end?.();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.woken = false;
        this.end = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.end = done;
      signal.addEventListener('abort', done);
      if (this.woken || signal.aborted) done();
    });
  }
}
