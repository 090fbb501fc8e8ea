import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../../application/ports/observability.ts';
import { callAnvil } from './rpc.ts';

/** A block of very many transactions takes seconds. */
const LONGEST_BLOCK_MS = 60_000;
const PATIENCE_AT_STOP_MS = 1500;

export interface MinerOptions {
  readonly port: number;
  readonly blockTimeMs: number;
  readonly log: Log;
  /** A block is on the chain. */
  readonly onBlock: () => void;
}

/**
 * Tells Anvil to mine, block after block. Anvil's own clock would go on while no server runs, would have it keep 1,500 states for block
 * times below 3 s whatever it is told, and could mine in the middle of writing its state down.
 */
export class Miner {
  readonly #options: MinerOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #failing = false;

  constructor(options: MinerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Fulfilled when no block is being made any more, or it takes too long. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#running, delay(PATIENCE_AT_STOP_MS, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    const { blockTimeMs } = this.#options;
    let next = Date.now() + blockTimeMs;
    while (await this.#pause(next - Date.now())) {
      // A clock that was set, or a long block, must not lead to a rush of them.
      const now = Date.now();
      next = Math.abs(now - next) > blockTimeMs ? now + blockTimeMs : next + blockTimeMs;
      await this.#mine();
    }
  }

  /** False: it is to stop. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stopping;
    await delay(Math.min(Math.max(0, ms), this.#options.blockTimeMs), undefined, { signal, ref: false }).catch(
      () => undefined,
    );
    return !signal.aborted;
  }

  async #mine(): Promise<void> {
    const { port, log, onBlock } = this.#options;
    try {
      await callAnvil(port, 'evm_mine', [], LONGEST_BLOCK_MS);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log.error({ error }, 'the embedded chain makes no blocks');
      this.#failing = true;
      return;
    }
    onBlock();
  }
}
