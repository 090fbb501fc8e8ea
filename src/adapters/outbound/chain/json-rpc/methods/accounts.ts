import type { AccountState, Answer } from '../../../../../application/ports/chain-node.ts';
import type { Address, BlockHash } from '../../../../../domain/primitives.ts';
import type { Bulk } from '../bulk.ts';
import { parsed } from '../parse/malformed.ts';
import { quantity, smallQuantity } from '../parse/scalars.ts';

/** Nonce count and balance of each; by block hash as in EIP-1898, so that no other block of that height can be meant. */
export async function accounts(
  bulk: Bulk,
  addresses: readonly Address[],
  at: BlockHash | 'latest' | 'pending',
): Promise<readonly Answer<AccountState>[]> {
  const block = at === 'latest' || at === 'pending' ? at : { blockHash: at };
  const answers = await bulk.ask(
    addresses.flatMap((address) => [
      { method: 'eth_getTransactionCount', params: [address, block] },
      { method: 'eth_getBalance', params: [address, block] },
    ]),
  );
  return addresses.map((_, index) =>
    state(answers[2 * index] as Answer<unknown>, answers[2 * index + 1] as Answer<unknown>),
  );
}

function state(countAnswer: Answer<unknown>, balanceAnswer: Answer<unknown>): Answer<AccountState> {
  const nonce = parsed(countAnswer, (value) => smallQuantity(value, 'the nonce count'));
  if (!nonce.ok) return nonce;
  const balance = parsed(balanceAnswer, (value) => quantity(value, 'the balance'));
  if (!balance.ok) return balance;
  return { ok: true, value: { nonce: nonce.value, balanceWei: balance.value } };
}
