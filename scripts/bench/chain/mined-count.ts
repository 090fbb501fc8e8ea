import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../../src/domain/primitives.ts';
import { RpcBatches } from './rpc-batch.ts';

const LOOK_EVERY_MS = 20;
const STALLED_AFTER_MS = 120_000;

/** How many transactions of some accounts are mined, counted from when it was opened. */
export class MinedCount {
  private constructor(
    private readonly rpc: RpcBatches,
    private readonly addresses: readonly Address[],
    private readonly before: number,
  ) {}

  static async open(url: string, addresses: readonly Address[]): Promise<MinedCount> {
    const rpc = new RpcBatches(url, 1);
    return new MinedCount(rpc, addresses, await countAll(rpc, addresses));
  }

  async now(): Promise<number> {
    return (await countAll(this.rpc, this.addresses)) - this.before;
  }

  /** When `total` are mined, as `performance.now()`. @throws Error where nothing is mined for two minutes */
  async reached(total: number): Promise<number> {
    let [last, grewAt] = [0, performance.now()];
    for (;;) {
      const count = await this.now();
      const at = performance.now();
      if (count >= total) return at;
      if (count > last) [last, grewAt] = [count, at];
      if (at - grewAt > STALLED_AFTER_MS) throw new Error(`${last} of ${total} are mined, and no more come`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  close(): Promise<void> {
    return this.rpc.close();
  }
}

async function countAll(rpc: RpcBatches, addresses: readonly Address[]): Promise<number> {
  const counts = await rpc.call<string>(
    addresses.map((address) => ({ method: 'eth_getTransactionCount', params: [address, 'latest'] })),
  );
  return counts.reduce((sum, count) => sum + Number(count), 0);
}
