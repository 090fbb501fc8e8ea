import type { Timers } from '../../../application/ports/timers.ts';

/** One signer's lane in this process: whether it was woken since it last looked, and its pauses. */
export class Lane {
  running: Promise<void> = Promise.resolve();
  private woken = false;
  private endIdling: (() => void) | null = null;
  private endRest: (() => void) | null = null;

  constructor(private readonly timers: Timers) {}

  get isWoken(): boolean {
    return this.woken;
  }

  wake(): void {
    this.woken = true;
    this.endIdling?.();
  }

  /** Whether it was woken, which is forgotten by that. */
  takeWakeUp(): boolean {
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  /** Ends its pauses without a wake-up. */
  letGo(): void {
    this.endIdling?.();
    this.endRest?.();
  }

  /** A pause that a wake-up ends. */
  idle(ms: number, stopping: () => boolean): Promise<void> {
    if (this.woken || stopping()) return Promise.resolve();
    return this.pause(ms, (end) => (this.endIdling = end));
  }

  /** A pause that a wake-up does not end. */
  rest(ms: number, stopping: () => boolean): Promise<void> {
    return stopping() ? Promise.resolve() : this.pause(ms, (end) => (this.endRest = end));
  }

  private pause(ms: number, ended: (by: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.timers.after(ms, resolve);
      ended(() => {
        cancel();
        resolve();
      });
    });
  }
}
