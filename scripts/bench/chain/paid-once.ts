import type { Payment } from '../load/payments.ts';
import { RpcBatches } from './rpc-batch.ts';

export interface MinedTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string | null;
  readonly value: string;
}

const BLOCKS_AT_ONCE = 8;
const BALANCES_AT_ONCE = 100;

/**
 * Holds the whole chain to what was asked for: each payment once, nothing else, and the money where it belongs. The hash of each, by its
 * value.
 * @throws Error where anything is wrong or missing
 */
export async function assertPaidOnce(url: string, payments: readonly Payment[]): Promise<ReadonlyMap<bigint, string>> {
  const rpc = new RpcBatches(url, 1);
  try {
    const [latest] = await rpc.call<string>([{ method: 'eth_blockNumber', params: [] }]);
    const mined: MinedTransaction[] = [];
    for (let from = 0; from <= Number(latest); from += BLOCKS_AT_ONCE) {
      const numbers = Array.from({ length: Math.min(BLOCKS_AT_ONCE, Number(latest) - from + 1) }, (_, i) => from + i);
      const blocks = await rpc.call<{ readonly transactions: readonly MinedTransaction[] }>(
        numbers.map((n) => ({ method: 'eth_getBlockByNumber', params: [`0x${n.toString(16)}`, true] })),
      );
      for (const { transactions } of blocks) mined.push(...transactions);
    }
    const hashes = matchPayments(payments, mined);
    await assertBalances(rpc, payments);
    return hashes;
  } finally {
    await rpc.close();
  }
}

/** @throws Error where one is missing, there twice, different, or not asked for */
export function matchPayments(
  payments: readonly Payment[],
  mined: readonly MinedTransaction[],
): ReadonlyMap<bigint, string> {
  const asked = new Map(payments.map((payment) => [payment.valueWei, payment]));
  const hashes = new Map<bigint, string>();
  for (const { hash, from, to, value } of mined) {
    const valueWei = BigInt(value);
    const payment = asked.get(valueWei);
    if (payment === undefined) throw new Error(`${hash} is on chain, and nobody asked for it`);
    if (hashes.has(valueWei)) throw new Error(`paid twice: ${hashes.get(valueWei) ?? ''} and ${hash}`);
    if (payment.from.toLowerCase() !== from.toLowerCase() || payment.to.toLowerCase() !== to?.toLowerCase())
      throw new Error(`${hash} went from ${from} to ${to ?? 'nobody'}, and not from ${payment.from} to ${payment.to}`);
    hashes.set(valueWei, hash);
  }
  if (hashes.size !== payments.length) throw new Error(`${hashes.size} of ${payments.length} payments are on chain`);
  return hashes;
}

/** A transaction may be in a block and have failed: the money says. */
async function assertBalances(rpc: RpcBatches, payments: readonly Payment[]): Promise<void> {
  const due = new Map<string, bigint>();
  for (const { to, valueWei } of payments) due.set(to, (due.get(to) ?? 0n) + valueWei);
  const payees = [...due.keys()];
  for (let from = 0; from < payees.length; from += BALANCES_AT_ONCE) {
    const some = payees.slice(from, from + BALANCES_AT_ONCE);
    const balances = await rpc.call<string>(some.map((to) => ({ method: 'eth_getBalance', params: [to, 'latest'] })));
    some.forEach((to, i) => {
      if (BigInt(balances[i] as string) !== due.get(to))
        throw new Error(`${to} has ${BigInt(balances[i] as string)} wei in place of ${due.get(to) ?? 0n}`);
    });
  }
}
