import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, blockAsked } from '../../../../src/adapters/outbound/chain/json-rpc/parse/block.ts';
import { feeHistory } from '../../../../src/adapters/outbound/chain/json-rpc/parse/fee-history.ts';
import { Malformed } from '../../../../src/adapters/outbound/chain/json-rpc/parse/malformed.ts';
import { receiptOf } from '../../../../src/adapters/outbound/chain/json-rpc/parse/receipt.ts';
import { quantity, smallQuantity } from '../../../../src/adapters/outbound/chain/json-rpc/parse/scalars.ts';
import { whereaboutsOf } from '../../../../src/adapters/outbound/chain/json-rpc/parse/whereabouts.ts';
import type { BlockHash, TxHash } from '../../../../src/domain/primitives.ts';

const A = `0x${'aa'.repeat(32)}`;
const B = `0x${'bb'.repeat(32)}`;
const blockNamed = (hash: string) => blockAsked(hash as BlockHash);
const BLOCK = { number: '0x10', hash: A, parentHash: B, timestamp: '0x64', baseFeePerGas: '0x7', transactions: [B] };
const RECEIPT = { transactionHash: A, blockNumber: '0x10', blockHash: B, status: '0x1', logs: [] };

/** A wrong value for each field in turn. */
const spoiled = (
  good: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): readonly (readonly [string, object])[] =>
  fields.flatMap((field) =>
    [undefined, 7, 'x', '0x', '0xzz', -1, {}, [7]].map(
      (bad) => [`${field} = ${JSON.stringify(bad)}`, { ...good, [field]: bad }] as const,
    ),
  );

describe('quantities', () => {
  it.each<[string, bigint]>([
    ['0x0', 0n],
    ['0xFf', 255n],
    ['0x00ff', 255n],
    [`0x${'f'.repeat(64)}`, 2n ** 256n - 1n],
  ])('%s', (text, value) => {
    expect(quantity(text, 'x')).toBe(value);
  });

  it.each([undefined, null, 1, 1n, '', '0x', '1', '-0x1', '0x 1', ' 0x1', '0xg', '1e3', `0x1${'0'.repeat(64)}`])(
    'not %s',
    (value) => {
      expect(() => quantity(value, 'x')).toThrow(Malformed);
    },
  );

  it('a number is exact or refused', () => {
    expect(smallQuantity('0x1fffffffffffff', 'x')).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => smallQuantity('0x20000000000000', 'x')).toThrow(Malformed);
  });
});

describe('blocks', () => {
  it('in lower case, with or without a base fee', () => {
    expect(block({ ...BLOCK, hash: A.toUpperCase().replace('X', 'x') })).toEqual({
      number: 16,
      hash: A,
      parentHash: B,
      timestampSeconds: 100,
      baseFeePerGasWei: 7n,
      transactionHashes: [B],
    });
    expect(block({ ...BLOCK, baseFeePerGas: undefined }).baseFeePerGasWei).toBeNull();
    expect(block({ ...BLOCK, baseFeePerGas: null }).baseFeePerGasWei).toBeNull();
  });

  it.each(spoiled(BLOCK, ['number', 'hash', 'parentHash', 'timestamp', 'transactions']))('%s', (_name, value) => {
    expect(() => block(value)).toThrow(Malformed);
  });

  it('full transactions, and pending blocks, are none', () => {
    expect(() => block({ ...BLOCK, transactions: [{ hash: A }] })).toThrow(Malformed);
    expect(() => block({ ...BLOCK, number: null, hash: null })).toThrow(Malformed);
  });

  it('only the block that was asked for', () => {
    expect(blockAsked(16)(BLOCK)?.hash).toBe(A);
    expect(blockNamed(A)(BLOCK)?.number).toBe(16);
    expect(blockNamed(A)(null)).toBeNull();
    expect(() => blockAsked(17)(BLOCK)).toThrow(Malformed);
    expect(() => blockNamed(B)(BLOCK)).toThrow(Malformed);
  });
});

describe('receipts', () => {
  it('says whether it succeeded', () => {
    expect(receiptOf(A as TxHash)(RECEIPT)).toEqual({
      hash: A,
      block: { number: 16, hash: B },
      succeeded: true,
      feeWei: null,
    });
    expect(receiptOf(A as TxHash)({ ...RECEIPT, status: '0x0' })?.succeeded).toBe(false);
    expect(receiptOf(A as TxHash)(null)).toBeNull();
    expect(receiptOf(A as TxHash)({ ...RECEIPT, blockHash: null, blockNumber: null })).toBeNull();
  });

  it.each(spoiled(RECEIPT, ['transactionHash', 'blockNumber', 'blockHash', 'status']))('%s', (_name, value) => {
    expect(() => receiptOf(A as TxHash)(value)).toThrow(Malformed);
  });

  it('says what it cost, and is a receipt without it', () => {
    const paid = { gasUsed: '0x5208', effectiveGasPrice: `0x${(2n ** 200n).toString(16)}` };
    expect(receiptOf(A as TxHash)({ ...RECEIPT, ...paid })?.feeWei).toBe(21_000n * 2n ** 200n);
    for (const spoilt of [{ gasUsed: null }, { effectiveGasPrice: undefined }, { effectiveGasPrice: 7 }])
      expect(receiptOf(A as TxHash)({ ...RECEIPT, ...paid, ...spoilt })).toMatchObject({
        succeeded: true,
        feeWei: null,
      });
  });

  it("another transaction's receipt, or another status, is none", () => {
    expect(() => receiptOf(B as TxHash)(RECEIPT)).toThrow(Malformed);
    expect(() => receiptOf(A as TxHash)({ ...RECEIPT, status: '0x2' })).toThrow(Malformed);
  });
});

describe('whereabouts', () => {
  it('by the block hash', () => {
    expect(whereaboutsOf(A as TxHash)({ hash: A, blockHash: B })).toBe('mined');
    expect(whereaboutsOf(A as TxHash)({ hash: A, blockHash: null })).toBe('pending');
    expect(whereaboutsOf(A as TxHash)({ hash: A })).toBe('pending');
    expect(whereaboutsOf(A as TxHash)(null)).toBe('unknown');
  });

  it.each([undefined, {}, 'x', { hash: B, blockHash: B }, { hash: A, blockHash: '0x1' }])('not %j', (value) => {
    expect(() => whereaboutsOf(A as TxHash)(value)).toThrow(Malformed);
  });
});

describe('fee histories', () => {
  const HISTORY = { baseFeePerGas: ['0x1', '0x2', '0x3'], gasUsedRatio: [0.5, 0], reward: [['0x9'], ['0x0']] };

  it('the next base fee, and the tips of blocks that were not empty', () => {
    expect(feeHistory(HISTORY)).toEqual({ nextBaseFeePerGasWei: 3n, recentTipsWei: [9n] });
    expect(feeHistory({ ...HISTORY, reward: null }).recentTipsWei).toEqual([]);
  });

  it.each(spoiled(HISTORY, ['baseFeePerGas']).concat(spoiled(HISTORY, ['gasUsedRatio'])))('%s', (_name, value) => {
    expect(() => feeHistory(value)).toThrow(Malformed);
  });
});

it('no parser fails otherwise than by finding the answer malformed', () => {
  const parsers = [block, receiptOf(A as TxHash), whereaboutsOf(A as TxHash), feeHistory];
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...parsers), (value, parser) => {
      try {
        parser(value);
      } catch (cause) {
        expect(cause).toBeInstanceOf(Malformed);
      }
    }),
  );
});
