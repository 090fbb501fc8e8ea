import { randomBytes } from 'node:crypto';
import type { Address } from '../../../src/domain/primitives.ts';

/** One transfer of a run. Its value is in no other one: on chain it says which this is. */
export interface Payment {
  readonly from: Address;
  readonly to: Address;
  readonly valueWei: bigint;
}

const PAYEES = 1_000;
/** So that all values are spelled with as many digits. */
const FIRST_VALUE_WEI = 100_000_000n;

export const newPayees = (): readonly Address[] =>
  Array.from({ length: PAYEES }, () => `0x${randomBytes(20).toString('hex')}` as Address);

/** The n-th of a run: signers in turn, recipients in turn. */
export const paymentAt = (n: number, signers: readonly Address[], payees: readonly Address[]): Payment => ({
  from: signers[n % signers.length] as Address,
  to: payees[n % payees.length] as Address,
  valueWei: FIRST_VALUE_WEI + BigInt(n),
});

export function paymentsOf(count: number, signers: readonly Address[], payees = newPayees()): readonly Payment[] {
  return Array.from({ length: count }, (_, n) => paymentAt(n, signers, payees));
}

/** The request of one payment. `gasLimit` left out, the service finds it. */
export const requestOf = ({ from, to, valueWei }: Payment, estimate: boolean): Readonly<Record<string, string>> => ({
  to,
  from,
  value: valueWei.toString(),
  ...(estimate ? {} : { gasLimit: '21000' }),
});
