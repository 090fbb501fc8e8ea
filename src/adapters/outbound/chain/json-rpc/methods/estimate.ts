import type { Answer, Call } from '../../../../../application/ports/chain-node.ts';
import type { Bulk } from '../bulk.ts';
import { parsed } from '../parse/malformed.ts';
import { quantity } from '../parse/scalars.ts';

/**
 * Without fee fields, so that the answer is about the call and not about what the sender can pay for gas; on `pending`, so that the
 * signer's own transactions in the mempool count.
 */
export async function estimate(bulk: Bulk, calls: readonly Call[]): Promise<readonly Answer<bigint>[]> {
  const answers = await bulk.ask(
    calls.map((call) => ({ method: 'eth_estimateGas', params: [parameters(call), 'pending'] })),
  );
  return answers.map((answer) => parsed(answer, (value) => quantity(value, 'the gas estimate')));
}

/** `to` is left out for a contract creation; `data` is the name that all clients read. */
function parameters({ from, to, valueWei, data }: Call): Readonly<Record<string, string>> {
  return { from, ...(to === null ? {} : { to }), value: `0x${valueWei.toString(16)}`, data };
}
