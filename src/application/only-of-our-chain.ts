import type { ChainGate } from './chain-gate.ts';

/**
 * What a node said, but that whatever may fail a transaction is believed of our chain alone: another one that answers at the endpoint for
 * some seconds refuses everything for good. Then nothing was said.
 */
export async function onlyOfOurChain<Said>(
  gate: Pick<ChainGate, 'fresh'>,
  said: readonly Said[],
  mayFail: (one: Said) => boolean,
  nothing: (message: string) => Said,
): Promise<readonly Said[]> {
  if (!said.some(mayFail)) return said;
  const state = await gate.fresh();
  if (state.kind === 'open') return said;
  return said.map((one) => (mayFail(one) ? nothing(state.message) : one));
}
