import { callAnvil } from './rpc.ts';

/**
 * When every embedded chain begins. An Anvil that loads a state makes a first block of its own before, and writes both down: were its time
 * the time of day, each stop would add a block 0, and any of them might be shown as the chain's first.
 */
export const FIRST_BLOCK_AT = 1_700_000_000;

const TIMEOUT_MS = 30_000;

/**
 * Has the next block's time be the time of day, which an Anvil that was told of its first block's time counts on from there. Never below
 * the newest block's, which may be ahead of a clock that was set back: times on a chain do not fall.
 */
export async function setClock(port: number): Promise<void> {
  const newest = await callAnvil(port, 'eth_getBlockByNumber', ['latest', false], TIMEOUT_MS);
  const { timestamp } = newest as { readonly timestamp: string };
  await callAnvil(port, 'evm_setTime', [Math.max(Math.floor(Date.now() / 1000), Number(timestamp))], TIMEOUT_MS);
}
