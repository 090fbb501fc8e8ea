import type { Timers } from '../../../application/ports/timers.ts';

/** One signer's lane in this process: whether it was woken since it last looked, and a pause that a wake-up ends. */
export class Lane {
  running: Promise<void> = Promise.resolve();
  private woken = false;
  private endPause: (() => void) | null = null;

  constructor(private readonly timers: Timers) {}

  get isWoken(): boolean {
    return this.woken;
  }

  wake(): void {
    this.woken = true;
    this.endPause?.();
  }

  /** Whether it was woken, which is forgotten by that. */
  takeWakeUp(): boolean {
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  /** Ends the pause without a wake-up. */
  letGo(): void {
    this.endPause?.();
  }

  idle(ms: number, stopping: () => boolean): Promise<void> {
    if (this.woken || stopping()) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.timers.after(ms, done);
      const endPause = (): void => {
        cancel();
        done();
      };
      function done(): void {
        resolve();
      }
      this.endPause = endPause;
    });
  }
}
