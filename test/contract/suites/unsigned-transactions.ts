import fc from 'fast-check';
import type { TransactionSerializable } from 'viem';
import type { Address, ChainId, Hex } from '../../../src/domain/primitives.ts';
import type { UnsignedTransaction } from '../../../src/domain/transaction/attempt.ts';

export const MAX_UINT256 = 2n ** 256n - 1n;

const hexBytes = (minLength: number, maxLength: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const);
const quantity = fc.oneof(
  fc.bigInt(0n, 2n ** 64n),
  fc.bigInt(0n, MAX_UINT256),
  fc.constantFrom(0n, 127n, 128n, MAX_UINT256),
);
const natural = (min: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min, max: 70_000 }),
    fc.maxSafeInteger().map((n) => Math.max(min, Math.abs(n))),
  );
const address = hexBytes(20, 20) as fc.Arbitrary<Address>;

/** Anything that can be signed, whether or not a node would take it. Data crosses RLP's 55-byte limit. */
export const unsignedTransactions: fc.Arbitrary<UnsignedTransaction> = fc
  .record({
    type: fc.constantFrom('eip1559' as const, 'legacy' as const),
    chainId: natural(1) as fc.Arbitrary<ChainId>,
    nonce: natural(0),
    to: fc.option(address),
    valueWei: quantity,
    data: fc.oneof(hexBytes(0, 3), hexBytes(50, 60), hexBytes(0, 400)),
    gasLimit: quantity,
    fees: fc.tuple(quantity, quantity),
  })
  .map(({ fees: [one, other], ...rest }) => {
    // viem serialises no tip above the fee cap, and legacy has one price.
    const maxFeePerGasWei = one > other ? one : other;
    const tip = one > other ? other : one;
    return { ...rest, maxFeePerGasWei, maxPriorityFeePerGasWei: rest.type === 'legacy' ? maxFeePerGasWei : tip };
  });

/** The same in viem's words: an implementation to compare with. */
export function asViem(unsigned: UnsignedTransaction): TransactionSerializable {
  const { chainId, nonce, to, valueWei: value, data, gasLimit: gas } = unsigned;
  const call = { chainId, nonce, to, value, data, gas };
  return unsigned.type === 'legacy'
    ? { ...call, type: 'legacy', gasPrice: unsigned.maxFeePerGasWei }
    : {
        ...call,
        type: 'eip1559',
        maxFeePerGas: unsigned.maxFeePerGasWei,
        maxPriorityFeePerGas: unsigned.maxPriorityFeePerGasWei,
      };
}
