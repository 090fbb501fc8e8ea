import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScriptedNode } from '../../../../src/adapters/outbound/chain/scripted.ts';
import { ScriptedChain } from '../../../../src/adapters/outbound/chain/scripted/chain.ts';
import type { DecodedTransaction } from '../../../../src/adapters/outbound/chain/scripted/decoded-transaction.ts';
import { failing } from '../../../../src/adapters/outbound/chain/scripted/script.ts';
import {
  ACCEPTED_AND_DROPPED,
  ALREADY_KNOWN_LIE,
  ANSWER_LOST,
  HONEST,
  refusing,
  REQUEST_LOST,
  RESET,
  TIMED_OUT,
} from '../../../../src/adapters/outbound/chain/scripted/send-behaviour.ts';
import { ALREADY_KNOWN } from '../../../../src/adapters/outbound/chain/scripted/refusals.ts';
import type { Address, ChainId, Hex, TxHash } from '../../../../src/domain/primitives.ts';

const CHAIN_ID = 31_337 as ChainId;
const ALICE = `0x${'a1'.repeat(20)}` as Address;
const BOB = `0x${'b0'.repeat(20)}` as Address;
const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;

/** Toy bytes: sender, nonce, and what tells it from others with the same nonce (also its fee in gwei). */
const raw = (from: Address, nonce: number, gwei = 20): Hex => `0x${from.slice(2)}${byte(nonce)}${byte(gwei)}`;
const hashOf = (bytes: Hex): TxHash => `0x${bytes.slice(2).padStart(64, '0')}` as TxHash;
const byte = (value: number): string => value.toString(16).padStart(2, '0');

function decode(bytes: Hex): DecodedTransaction | null {
  if (bytes.length !== 46) return null;
  const fee = BigInt(parseInt(bytes.slice(44, 46), 16)) * GWEI;
  return {
    type: 'eip1559',
    chainId: CHAIN_ID,
    hash: hashOf(bytes),
    from: bytes.slice(0, 42) as Address,
    nonce: parseInt(bytes.slice(42, 44), 16),
    to: BOB,
    valueWei: 1n,
    data: '0x',
    gasLimit: 21_000n,
    maxFeePerGasWei: fee,
    maxPriorityFeePerGasWei: fee / 10n,
  };
}

function create(): { chain: ScriptedChain; node: ScriptedNode } {
  const chain = new ScriptedChain({ chainId: CHAIN_ID, decode });
  chain.setBalance(ALICE, ETHER);
  return { chain, node: new ScriptedNode(chain) };
}

const whereabouts = async (node: ScriptedNode, ...bytes: readonly Hex[]): Promise<readonly unknown[]> =>
  (await node.lookUp(bytes.map(hashOf))).map((answer) => answer.ok && answer.value);

describe("the chain's own rule", () => {
  it('a nonce is mined once and in order', async () => {
    const { chain, node } = create();
    await node.send([raw(ALICE, 0), raw(ALICE, 0, 30), raw(ALICE, 1), raw(ALICE, 2)]);
    expect(() => chain.mine({ include: [hashOf(raw(ALICE, 1))] })).toThrow('nonce too high');
    expect(() => chain.mine({ include: [hashOf(raw(ALICE, 0)), hashOf(raw(ALICE, 0, 30))] })).toThrow('nonce too low');
    expect(chain.head.number).toBe(0);
    chain.mine({ include: [hashOf(raw(ALICE, 0)), hashOf(raw(ALICE, 1))] });
    expect(() => chain.mine({ include: [hashOf(raw(ALICE, 0, 30))] })).toThrow('nonce too low');
    expect(chain.minable()).toEqual([hashOf(raw(ALICE, 2))]);
  });

  it('only what somebody handed in, and what the sender can pay', async () => {
    const { chain, node } = create();
    expect(() => chain.mine({ include: [hashOf(raw(ALICE, 0))] })).toThrow('nobody ever handed in');
    await node.send([raw(BOB, 0)]);
    expect(() => chain.mine({ include: [hashOf(raw(BOB, 0))] })).toThrow('insufficient funds');
    expect(chain.minable()).toEqual([]);
  });

  it('nothing below the base fee', async () => {
    const { chain, node } = create();
    await node.send([raw(ALICE, 0, 20)]);
    chain.baseFeePerGasWei = 21n * GWEI;
    expect(chain.mine().transactionHashes).toEqual([]);
    chain.baseFeePerGasWei = 20n * GWEI;
    expect(chain.mine().transactionHashes).toEqual([hashOf(raw(ALICE, 0, 20))]);
  });

  it('on every branch, whatever is handed, answered, mined and taken back', async () => {
    const step = fc.oneof(
      fc.record({ does: fc.constant('hand' as const), nonce: fc.nat(4), gwei: fc.integer({ min: 2, max: 9 }) }),
      fc.record({ does: fc.constant('mineAny' as const), pick: fc.nat(20) }),
      fc.record({ does: fc.constant('mineNext' as const) }),
      fc.record({ does: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: 3 }), back: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { chain, node } = create();
        node.behave(({ times }) => [HONEST, ACCEPTED_AND_DROPPED, ANSWER_LOST][times % 3] ?? HONEST);
        for (const one of steps) {
          if (one.does === 'hand') await node.send([raw(ALICE, one.nonce, one.gwei)]);
          else if (one.does === 'mineNext') chain.mine();
          else if (one.does === 'reorg')
            chain.reorg(Math.min(one.depth, chain.head.number), { backToMempool: one.back });
          else {
            const minable = chain.minable();
            const picked = minable[one.pick % Math.max(1, minable.length)];
            chain.mine({ include: picked === undefined ? 'none' : [picked] });
          }
          const mined: TxHash[] = [];
          for (let number = 1; number <= chain.head.number; number += 1) {
            const block = await node.block(number);
            if (block.ok) mined.push(...(block.value?.transactionHashes ?? []));
          }
          expect(mined.map((hash) => parseInt(hash.slice(-4, -2), 16))).toEqual(mined.map((_, index) => index));
          const [account] = await node.accounts([ALICE], 'latest');
          expect(account).toMatchObject({ ok: true, value: { nonce: mined.length } });
        }
      }),
    );
  });
});

describe('what becomes of bytes', () => {
  const bytes = raw(ALICE, 0);

  it.each([
    ['lost answer: taken', ANSWER_LOST, { ok: false, error: TIMED_OUT }, 'pending'],
    ['lost request', REQUEST_LOST, { ok: false, error: TIMED_OUT }, 'unknown'],
    ['a hash, and dropped', ACCEPTED_AND_DROPPED, { ok: true, value: hashOf(bytes) }, 'unknown'],
    ['already known, and it is not', ALREADY_KNOWN_LIE, { ok: false, error: ALREADY_KNOWN }, 'unknown'],
    ['a no that is a yes', refusing(RESET, { takes: true }), { ok: false, error: RESET }, 'pending'],
    ['a no', refusing(RESET), { ok: false, error: RESET }, 'unknown'],
  ])('%s; and all of it can be mined', async (_name, behaviour, answer, where) => {
    const { chain, node } = create();
    node.behave(behaviour);
    expect(await node.send([bytes])).toEqual([answer]);
    expect(await whereabouts(node, bytes)).toEqual([where]);
    expect(chain.handed).toEqual([bytes]);
    chain.mine({ include: [hashOf(bytes)] });
    expect(await whereabouts(node, bytes)).toEqual(['mined']);
    expect(chain.mempool.hashes()).toEqual([]);
  });

  it('by item, and by how often it came', async () => {
    const { chain, node } = create();
    node.behave(({ transaction, times }) => (transaction?.nonce === 1 && times === 1 ? REQUEST_LOST : HONEST));
    const batch = [raw(ALICE, 0), raw(ALICE, 1)];
    expect((await node.send(batch)).map((answer) => answer.ok)).toEqual([true, false]);
    expect((await node.send(batch)).map((answer) => answer.ok)).toEqual([false, true]);
    expect(chain.handed).toEqual([...batch, ...batch]);
    node.behave(null);
    expect(await node.send([raw(ALICE, 2)])).toMatchObject([{ ok: true }]);
  });

  it('evicted from the mempool', async () => {
    const { chain, node } = create();
    await node.send([bytes]);
    chain.mempool.remove(hashOf(bytes));
    expect(await whereabouts(node, bytes)).toEqual(['unknown']);
  });
});

describe('other answers', () => {
  it('are changed once, one by one, then always, then not', async () => {
    const { node } = create();
    node.script.once('head', failing(RESET));
    node.script.once('head', failing(TIMED_OUT));
    expect(await node.head()).toEqual({ ok: false, error: RESET });
    expect(await node.head()).toEqual({ ok: false, error: TIMED_OUT });
    expect((await node.head()).ok).toBe(true);
    node.script.always('lookUp', failing(RESET, 1));
    expect(await whereabouts(node, raw(ALICE, 0), raw(ALICE, 1))).toEqual(['unknown', false]);
    node.script.always('lookUp', null);
    expect(await whereabouts(node, raw(ALICE, 0), raw(ALICE, 1))).toEqual(['unknown', 'unknown']);
  });

  it('may lie about counts', async () => {
    const { node } = create();
    node.script.always('accounts', (honest) =>
      honest.map((answer) => (answer.ok ? { ok: true, value: { ...answer.value, nonce: 40 } } : answer)),
    );
    expect(await node.accounts([ALICE], 'latest')).toEqual([{ ok: true, value: { nonce: 40, balanceWei: ETHER } }]);
  });

  it('an outage is for all, and nothing arrives', async () => {
    const { chain, node } = create();
    node.outage(RESET);
    expect(await node.send([raw(ALICE, 0)])).toEqual([{ ok: false, error: RESET }]);
    expect(await node.identity()).toEqual({ ok: false, error: RESET });
    expect(await node.hasCode([ALICE, BOB])).toEqual([
      { ok: false, error: RESET },
      { ok: false, error: RESET },
    ]);
    expect(chain.handed).toEqual([]);
    node.outage(null);
    expect((await node.identity()).ok).toBe(true);
    expect(node.calls).toEqual([
      { method: 'send', items: 1 },
      { method: 'identity', items: 1 },
      { method: 'hasCode', items: 2 },
      { method: 'identity', items: 1 },
    ]);
  });

  it('an endpoint that shows a former head knows nothing that came after', async () => {
    const { chain, node } = create();
    const behind = new ScriptedNode(chain);
    await node.send([raw(ALICE, 0)]);
    const former = chain.mine({ include: 'none' });
    const newest = chain.mine();
    behind.show(former.hash);
    expect(await behind.head()).toEqual({ ok: true, value: former });
    expect(await behind.around(former.number)).toEqual({ ok: true, value: { at: former, next: null } });
    expect(await behind.block(newest.hash)).toEqual({ ok: true, value: null });
    expect(await behind.accounts([ALICE], newest.hash)).toMatchObject([{ ok: false }]);
    expect(await behind.accounts([ALICE], 'latest')).toMatchObject([{ ok: true, value: { nonce: 0 } }]);
    expect(await behind.receipts([hashOf(raw(ALICE, 0))])).toEqual([{ ok: true, value: null }]);
    expect(await whereabouts(node, raw(ALICE, 0))).toEqual(['mined']);
    behind.show(null);
    expect(await behind.head()).toEqual({ ok: true, value: newest });
  });

  it('a block of a branch that is gone is still there by its hash, and may be shown as the head', async () => {
    const { chain, node } = create();
    const gone = chain.mine();
    chain.reorg(1);
    const instead = chain.mine();
    expect(instead).toMatchObject({ number: gone.number, parentHash: gone.parentHash });
    expect(await node.block(gone.hash)).toEqual({ ok: true, value: gone });
    expect(await node.block(gone.number)).toEqual({ ok: true, value: instead });
    node.show(gone.hash);
    expect(await node.block(gone.number)).toEqual({ ok: true, value: gone });
  });
});

describe('a reorg', () => {
  it.each([
    [false, 'unknown'],
    [true, 'pending'],
  ])('with what was mined back in the mempool: %s', async (backToMempool, where) => {
    const { chain, node } = create();
    await node.send([raw(ALICE, 0), raw(ALICE, 1)]);
    chain.mine();
    chain.reorg(1, { backToMempool });
    expect(await whereabouts(node, raw(ALICE, 0), raw(ALICE, 1))).toEqual([where, where]);
    chain.mine();
    expect(await whereabouts(node, raw(ALICE, 1))).toEqual([backToMempool ? 'mined' : 'unknown']);
  });

  it('goes no deeper than the chain', () => {
    expect(() => create().chain.reorg(1)).toThrow(RangeError);
  });
});

it('a reverted transaction costs its fee and its nonce, and moves nothing', async () => {
  const { chain, node } = create();
  await node.send([raw(ALICE, 0)]);
  chain.mine({ reverting: [hashOf(raw(ALICE, 0))] });
  expect(await node.receipts([hashOf(raw(ALICE, 0))])).toMatchObject([{ ok: true, value: { succeeded: false } }]);
  const price = 1n * GWEI + 2n * GWEI;
  expect(await node.accounts([ALICE, BOB], 'latest')).toEqual([
    { ok: true, value: { nonce: 1, balanceWei: ETHER - 21_000n * price } },
    { ok: true, value: { nonce: 0, balanceWei: 0n } },
  ]);
});

it('a chain without EIP-1559, and one of another name', async () => {
  const legacy = new ScriptedChain({ chainId: CHAIN_ID, decode, baseFeePerGasWei: null, name: 'other' });
  expect(await new ScriptedNode(legacy).feeHistory()).toMatchObject({ value: { nextBaseFeePerGasWei: null } });
  expect(legacy.head.baseFeePerGasWei).toBeNull();
  expect(legacy.head.hash).not.toBe(create().chain.head.hash);
  expect(create().chain.head.hash).toBe(create().chain.head.hash);
});
