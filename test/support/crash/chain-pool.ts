import { startCrashChain, type CrashChain } from './crash-chain.ts';

/** Blocks pile up in a node, so it is begun anew after so many runs. */
const RUNS_EACH = 40;

/** As many chains as runs may go on at once. Each is lent to one run at a time. */
export class ChainPool {
  readonly #blockMs: number;
  readonly #free: (CrashChain | null)[];
  readonly #all = new Set<CrashChain>();
  readonly #runs = new WeakMap<CrashChain, number>();
  readonly #waiting: ((chain: CrashChain | null) => void)[] = [];

  constructor(size: number, blockMs: number) {
    this.#free = Array.from({ length: size }, () => null);
    this.#blockMs = blockMs;
  }

  async lend<Result>(use: (chain: CrashChain) => Promise<Result>): Promise<Result> {
    let chain: CrashChain | null = await this.#take();
    try {
      chain ??= await this.#begin();
      return await use(chain);
    } finally {
      this.#giveBack(await this.#fit(chain));
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((chain) => chain.stop()));
  }

  async #take(): Promise<CrashChain | null> {
    const free = this.#free.shift();
    return free === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : free;
  }

  #giveBack(chain: CrashChain | null): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(chain);
    else next(chain);
  }

  async #begin(): Promise<CrashChain> {
    const chain = await startCrashChain(this.#blockMs);
    this.#all.add(chain);
    return chain;
  }

  /** Null where it has had its runs. */
  async #fit(chain: CrashChain | null): Promise<CrashChain | null> {
    if (chain === null) return null;
    const runs = (this.#runs.get(chain) ?? 0) + 1;
    this.#runs.set(chain, runs);
    if (runs < RUNS_EACH) return chain;
    this.#all.delete(chain);
    await chain.stop();
    return null;
  }
}
