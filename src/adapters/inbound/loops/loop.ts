import type { Log } from '../../../application/ports/observability.ts';
import { Sleeper } from '../../../application/sleeper.ts';

export interface LoopOptions {
  readonly name: string;
  /** One turn. Gives how long to wait for the next one unless woken; 0: at once. */
  turn(signal: AbortSignal): Promise<number>;
  /** After a turn that threw: broken infrastructure, which a hot loop would not mend. */
  readonly pauseAfterErrorMs: number;
  readonly log: Log;
}

/**
 * Use case + wake-up signal + safety timer, written once. A turn that has begun is finished; a wake-up during a turn means another one
 * right after it, so that none is lost.
 */
export class Loop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private readonly sleeper = new Sleeper();

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  wake(): void {
    this.sleeper.wake();
  }

  /** Fulfilled when the turn in hand is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const delayMs = await this.turn(signal);
      if (delayMs > 0) await this.sleeper.sleep(delayMs, signal);
    }
  }

  private async turn(signal: AbortSignal): Promise<number> {
    const { name, log, pauseAfterErrorMs } = this.options;
    try {
      return await this.options.turn(signal);
    } catch (error) {
      log.error({ loop: name, error }, 'a turn failed; the next one tries again');
      return pauseAfterErrorMs;
    }
  }
}
