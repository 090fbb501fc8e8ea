import { setTimeout as delay } from 'node:timers/promises';

interface Miner {
  /** No blocks until `go`; fulfilled when none is under way any more. */
  pause: () => Promise<void>;
  go: () => void;
}

/**
 * A block every `blockMs` at most, until it pauses: by a clock of our own, since Anvil's knows whole seconds only once it was stopped.
 * @param rest how many times as long as a block took no other is made: a machine that is busy with other things has slower blocks, or
 *   whoever follows them would never be done
 */
export function startMiner(mine: () => Promise<void>, blockMs: number, rest: number): Miner {
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
      await delay(Math.max(blockMs - tookMs, rest * tookMs), undefined, { signal }).catch(() => undefined);
    }
  }
}
