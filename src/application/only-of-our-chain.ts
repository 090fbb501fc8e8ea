import { mayEndIt } from '../domain/node-answer/class-policy.ts';
import type { NodeErrorClass } from '../domain/node-answer/node-error-class.ts';
import type { ChainGate } from './chain-gate.ts';

/**
 * What a node said, but that words by which a transaction may fail are believed of our chain alone: another one that answers at the endpoint
 * for some seconds refuses everything for good. Then nothing was said.
 */
export async function onlyOfOurChain<Said extends { readonly kind: string; readonly class?: NodeErrorClass }>(
  gate: Pick<ChainGate, 'fresh'>,
  said: readonly Said[],
  nothing: (message: string) => Said,
): Promise<readonly Said[]> {
  const mayFail = (one: Said): boolean => one.class !== undefined && mayEndIt(one.class);
  if (!said.some(mayFail)) return said;
  const state = await gate.fresh();
  if (state.kind === 'open') return said;
  return said.map((one) => (mayFail(one) ? nothing(state.message) : one));
}
