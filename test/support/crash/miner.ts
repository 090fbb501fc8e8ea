import { setTimeout as delay } from 'node:timers/promises';

interface Miner {
  /** Fulfilled when no block is under way any more. */
  pause: () => Promise<void>;
  go: () => void;
}

/** A machine that is busy with other things has slower blocks, or whoever follows them would never be done. */
const REST = 10;

/** A block every `blockMs` at most, until it pauses. */
export function startMiner(mine: () => Promise<void>, blockMs: number): Miner {
  let pausing = new AbortController();
  let working = work(pausing.signal);
  return {
    pause: async () => {
      pausing.abort();
      await working;
    },
    go: () => {
      if (!pausing.signal.aborted) return;
      pausing = new AbortController();
      const { signal } = pausing;
      working = working.then(() => work(signal));
    },
  };

  async function work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begun = performance.now();
      await mine();
      const tookMs = performance.now() - begun;
      await delay(Math.max(blockMs - tookMs, REST * tookMs), undefined, { signal }).catch(() => undefined);
    }
  }
}
