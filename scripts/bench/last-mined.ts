import { setTimeout as sleep } from 'node:timers/promises';
import type { Anvil } from '../../test/support/anvil.ts';
import type { Address } from '../../src/domain/primitives.ts';

const LOOK_EVERY_MS = 20;

/** When the accounts' mined transactions have grown by `total`, as `performance.now()`. */
export async function lastMined(anvil: Anvil, addresses: readonly Address[], total: number): Promise<number> {
  const counts = async (): Promise<number> => {
    const each = await Promise.all(
      addresses.map((address) => anvil.rpc<string>('eth_getTransactionCount', address, 'latest')),
    );
    return each.reduce((sum, count) => sum + Number(count), 0);
  };
  const before = await counts();
  for (;;) {
    if ((await counts()) - before >= total) return performance.now();
    await sleep(LOOK_EVERY_MS);
  }
}
