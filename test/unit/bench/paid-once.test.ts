import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/domain/primitives.ts';
import { matchPayments, type MinedTransaction } from '../../../scripts/bench/chain/paid-once.ts';
import { paymentsOf } from '../../../scripts/bench/load/payments.ts';

const SIGNERS = [
  '0x00000000000000000000000000000000000000Aa',
  '0x00000000000000000000000000000000000000Bb',
] as string[] as Address[];
const payments = paymentsOf(3, SIGNERS);
const mined = payments.map(({ from, to, valueWei }, i): MinedTransaction => ({
  hash: `hash ${i}`,
  from: from.toLowerCase(),
  to,
  value: `0x${valueWei.toString(16)}`,
}));
const [first, second, third] = mined as [MinedTransaction, MinedTransaction, MinedTransaction];

describe('what the benchmarks hold a chain to', () => {
  it('gives the hash of each payment', () => {
    const hashes = matchPayments(payments, [third, first, second]);
    expect(payments.map(({ valueWei }) => hashes.get(valueWei))).toEqual(['hash 0', 'hash 1', 'hash 2']);
  });

  it.each([
    ['one is missing', [first, third], '2 of 3'],
    ['one is paid twice', [first, second, third, { ...second, hash: 'again' }], 'paid twice: hash 1 and again'],
    ['nobody asked for it', [first, second, third, { ...first, value: '0x1' }], 'nobody asked'],
    ['somebody else got it', [first, second, { ...third, to: first.to }], 'hash 2 went'],
    ['somebody else paid', [first, second, { ...third, from: second.from }], 'hash 2 went'],
    ['it made a contract', [first, second, { ...third, to: null }], 'to nobody'],
  ])('does not let pass that %s', (_, chain, message) => {
    expect(() => matchPayments(payments, chain)).toThrow(message);
  });
});
