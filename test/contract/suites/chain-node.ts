import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Block, ChainNode, FoundBytes } from '../../../src/application/ports/chain-node.ts';
import { classify } from '../../../src/domain/node-answer/classify.ts';
import type { NodeErrorClass } from '../../../src/domain/node-answer/node-error-class.ts';
import type { Address, BlockHash, ChainId, Hex, TxHash } from '../../../src/domain/primitives.ts';
import { type Signed, SOMEBODY, type TestAccount, testAccount } from '../../support/test-account.ts';

/** A chain with one node, on which the test alone decides what is mined. */
export interface ChainUnderTest {
  readonly node: ChainNode;
  setBalance(address: Address, wei: bigint): Promise<void>;
  /** A contract that reverts every call with these bytes. */
  setReverting(address: Address, data: Hex): Promise<void>;
  /** One block of what waits in the mempool. */
  mine(): Promise<void>;
  /** As many empty blocks in the place of the newest ones; what was in those is gone. */
  reorg(depth: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ChainCapabilities {
  readonly chainId: ChainId;
}

const ETHER = 10n ** 18n;
const NOWHERE = `0x${'11'.repeat(32)}`;

/** What every ChainNode does. The tests share a chain and have accounts of their own. */
export function chainNodeSuite(create: () => Promise<ChainUnderTest>, { chainId }: ChainCapabilities): void {
  describe('as a chain node', () => {
    let chain: ChainUnderTest;
    let node: ChainNode;
    let accounts = 0;

    beforeAll(async () => {
      chain = await create();
      node = chain.node;
    });
    afterAll(() => chain.stop());

    const funded = async (wei = 100n * ETHER): Promise<TestAccount> => {
      const account = testAccount(`of the chain node suite ${(accounts += 1)}`, chainId);
      await chain.setBalance(account.address, wei);
      return account;
    };
    const send = async (...signed: readonly Signed[]): Promise<void> => {
      expect(await node.send(signed.map(({ raw }) => raw))).toEqual(
        signed.map(({ hash }) => ({ ok: true, value: hash })),
      );
    };

    describe('the chain', () => {
      it('says which chain it is', async () => {
        const identity = value(await node.identity());
        expect(identity).toEqual({
          chainId,
          genesisHash: value(await node.block(0))?.hash,
          clientVersion: expect.stringMatching(/./) as string,
        });
      });

      it('shows its head, by number and by hash alike', async () => {
        await chain.mine();
        const head = value(await node.head());
        expect(value(await node.block(head.number))).toEqual(head);
        expect(value(await node.block(head.hash))).toEqual(head);
        expect(head.baseFeePerGasWei).toBeTypeOf('bigint');
        expect(head.transactionHashes).toEqual([]);
      });

      it('shows who used which nonce in a block', async () => {
        const account = await funded();
        const sent = [await account.sign({ nonce: 0 }), await account.sign({ nonce: 1 })];
        await send(...sent);
        await chain.mine();
        const { number, hash, parentHash } = value(await node.head());
        expect(value(await node.contents(hash))).toEqual({
          number,
          hash,
          parentHash,
          transactions: sent.map((one, nonce) => ({ hash: one.hash, from: account.address, nonce })),
        });
      });

      it('has null for a block that does not exist', async () => {
        const head = value(await node.head());
        expect(await node.block(head.number + 1)).toEqual({ ok: true, value: null });
        expect(await node.block(NOWHERE as BlockHash)).toEqual({ ok: true, value: null });
        expect(await node.contents(NOWHERE as BlockHash)).toEqual({ ok: true, value: null });
      });

      it('shows the block at the cursor and the next one', async () => {
        const head = value(await node.head());
        expect(value(await node.around(head.number))).toEqual({ at: head, next: null });
        await chain.mine();
        const { at, next } = value(await node.around(head.number));
        expect(at).toEqual(head);
        expect(next).toMatchObject({ number: head.number + 1, parentHash: head.hash });
        expect(value(await node.around(head.number + 10))).toEqual({ at: null, next: null });
      });

      it('quotes fees', async () => {
        const fees = value(await node.feeHistory());
        expect(fees.nextBaseFeePerGasWei).toBeGreaterThan(0n);
      });
    });

    describe('sending', () => {
      it('answers each item with its hash, in order, batches of any size', async () => {
        expect(await node.send([])).toEqual([]);
        const account = await funded();
        const signed = await Promise.all(Array.from({ length: 230 }, (_, nonce) => account.sign({ nonce })));
        await send(...signed);
        expect(value((await node.lookUp(signed.map(({ hash }) => hash)))[229])).toBe('pending');
        await chain.mine();
      });

      it('counts what the next blocks can hold where it is asked for that', async () => {
        const account = await funded();
        await send(...(await Promise.all([0, 1, 3].map((nonce) => account.sign({ nonce })))));
        const count = async (at: 'latest' | 'pending') => value((await node.accounts([account.address], at))[0]).nonce;
        expect([await count('latest'), await count('pending')]).toEqual([0, 2]);
        await chain.mine();
        expect([await count('latest'), await count('pending')]).toEqual([2, 2]);
      });

      it('shows the bytes that were signed, in a block or before', async () => {
        const account = await funded();
        const signed = await account.sign({ nonce: 0, valueWei: 0n });
        await send(signed);
        const found = async () => value((await node.signedBytes([signed.hash]))[0] as Answer<FoundBytes | null>);
        expect(await found()).toEqual({ raw: signed.raw, block: null });
        await chain.mine();
        const { number, hash } = value(await node.head());
        expect(await found()).toEqual({ raw: signed.raw, block: { number, hash } });
        expect(await node.signedBytes([NOWHERE as TxHash])).toEqual([{ ok: true, value: null }]);
      });

      it('refuses one item without harm to the others', async () => {
        const account = await funded();
        const [first, third] = [await account.sign({ nonce: 0 }), await account.sign({ nonce: 1 })];
        const answers = await node.send([first.raw, '0x02c0', third.raw]);
        expect(answers.map((answer) => answer.ok)).toEqual([true, false, true]);
        expect(classOf(answers[1])).toBe('invalid');
      });

      it('says why it refuses, in words that the table knows', async () => {
        const account = await funded();
        const first = await account.sign({ nonce: 0 });
        const tooPoor = await (await funded(1n)).sign({ nonce: 0 });
        const elsewhere = await account.sign({ nonce: 1, chainId: 5_555 as ChainId });
        await send(first);
        const sendOne = async ({ raw }: Signed): Promise<NodeErrorClass> => classOf((await node.send([raw]))[0]);
        expect(await sendOne(first)).toBe('alreadyKnown');
        expect(await sendOne(await account.sign({ nonce: 0, valueWei: 2n }))).toBe('replacementUnderpriced');
        expect(await sendOne(tooPoor)).toBe('insufficientFunds');
        expect(await sendOne(elsewhere)).toBe('invalid');
        expect(await sendOne(await account.sign({ nonce: 1, gasLimit: 20_000n }))).toBe('invalid');
        await chain.mine();
        expect(await sendOne(await account.sign({ nonce: 0, valueWei: 3n }))).toBe('nonceTooLow');
      });

      it('takes a replacement that pays enough more, and mines only that', async () => {
        const account = await funded();
        const first = await account.sign({ nonce: 0 });
        const second = await account.sign({
          nonce: 0,
          maxFeePerGasWei: 30n * 10n ** 9n,
          maxPriorityFeePerGasWei: 2n * 10n ** 9n,
        });
        await send(first);
        await send(second);
        await chain.mine();
        expect((await node.lookUp([first.hash, second.hash])).map(value)).toEqual(['unknown', 'mined']);
      });

      it('cuts nothing off for a signal that is aborted before', async () => {
        const { raw, hash } = await (await funded()).sign({ nonce: 0 });
        const [answer] = await node.send([raw], AbortSignal.abort());
        expect(answer?.ok === false && answer.error.transport).toBe('timeout');
        expect((await node.lookUp([hash])).map(value)).toEqual(['unknown']);
      });
    });

    describe('what became of a transaction', () => {
      it('from unknown over pending to mined, with its receipt', async () => {
        const account = await funded();
        const { raw, hash } = await account.sign({ nonce: 0 });
        expect((await node.lookUp([hash])).map(value)).toEqual(['unknown']);
        await node.send([raw]);
        expect((await node.lookUp([hash])).map(value)).toEqual(['pending']);
        expect((await node.receipts([hash])).map(value)).toEqual([null]);
        await chain.mine();
        const { number, hash: blockHash, transactionHashes } = value(await node.head());
        expect(transactionHashes).toContain(hash);
        expect((await node.lookUp([hash, NOWHERE as TxHash])).map(value)).toEqual(['mined', 'unknown']);
        expect((await node.receipts([hash, NOWHERE as TxHash])).map(value)).toEqual([
          { hash, block: { number, hash: blockHash }, succeeded: true, feeWei: expect.any(BigInt) as bigint },
          null,
        ]);
      });

      it('says in the receipt what the sender paid besides the value', async () => {
        const account = await funded(ETHER);
        const signed = await account.sign({ nonce: 0, valueWei: 5n });
        await send(signed);
        await chain.mine();
        const [receipt] = (await node.receipts([signed.hash])).map(value);
        const [after] = (await node.accounts([account.address], 'latest')).map(value);
        expect(receipt?.feeWei).toBe(ETHER - 5n - (after?.balanceWei ?? 0n));
      });

      it('waits behind a missing nonce, and comes after it', async () => {
        const account = await funded();
        const [first, second] = [await account.sign({ nonce: 0 }), await account.sign({ nonce: 1 })];
        await send(second);
        await chain.mine();
        expect((await node.lookUp([second.hash])).map(value)).toEqual(['pending']);
        await send(first);
        await chain.mine();
        expect((await node.lookUp([first.hash, second.hash])).map(value)).toEqual(['mined', 'mined']);
        expect(value(await node.head()).transactionHashes).toEqual([first.hash, second.hash]);
      });

      it('tells a reverted one', async () => {
        const contract = `0x${'c0'.repeat(20)}` as Address;
        await chain.setReverting(contract, '0xdeadbeef');
        const { raw, hash } = await (await funded()).sign({ nonce: 0, to: contract });
        await node.send([raw]);
        await chain.mine();
        expect(value((await node.receipts([hash]))[0])).toMatchObject({ succeeded: false });
      });
    });

    describe('accounts', () => {
      it('at the newest block and at the hash of a former one', async () => {
        const account = await funded(ETHER);
        await chain.mine();
        const before = value(await node.head()).hash;
        await send(await account.sign({ nonce: 0, valueWei: 5n }));
        await chain.mine();
        const [now, stranger] = (await node.accounts([account.address, SOMEBODY], 'latest')).map(value);
        expect(now?.nonce).toBe(1);
        expect(now?.balanceWei).toBeLessThan(ETHER - 5n);
        expect(stranger?.nonce).toBe(0);
        expect((await node.accounts([account.address], before)).map(value)).toEqual([{ nonce: 0, balanceWei: ETHER }]);
      });

      it('at a hash that the node does not know: nothing is known', async () => {
        const answers = await node.accounts([SOMEBODY, SOMEBODY], NOWHERE as BlockHash);
        expect(answers.map(classOf)).toEqual(['unavailable', 'unavailable']);
      });

      it('with code or without', async () => {
        const contract = `0x${'c1'.repeat(20)}` as Address;
        await chain.setReverting(contract, '0x');
        expect((await node.hasCode([contract, SOMEBODY])).map(value)).toEqual([true, false]);
      });
    });

    describe('estimates', () => {
      it('a transfer, and a call that reverts with its data', async () => {
        const contract = `0x${'c2'.repeat(20)}` as Address;
        await chain.setReverting(contract, '0xdeadbeef');
        const from = (await funded()).address;
        const answers = await node.estimate([
          { from, to: SOMEBODY, valueWei: 1n, data: '0x' },
          { from, to: contract, valueWei: 0n, data: '0x01020304' },
        ]);
        expect(value(answers[0])).toBe(21_000n);
        expect(classOf(answers[1])).toBe('reverted');
        expect(answers[1]).toMatchObject({ ok: false, error: { data: '0xdeadbeef' } });
      });

      it('a creation', async () => {
        const from = (await funded()).address;
        const [answer] = await node.estimate([{ from, to: null, valueWei: 0n, data: '0x00' }]);
        expect(value(answer)).toBeGreaterThan(53_000n);
      });
    });

    describe('a reorg', () => {
      it('takes blocks, receipts and nonces back', async () => {
        const account = await funded();
        await chain.mine();
        const base = value(await node.head());
        const { raw, hash } = await account.sign({ nonce: 0 });
        await node.send([raw]);
        await chain.mine();
        const gone: Block = value(await node.head());
        await chain.mine();
        await chain.reorg(2);

        const { at, next } = value(await node.around(base.number));
        expect(at).toEqual(base);
        expect(next).toMatchObject({ number: gone.number, parentHash: base.hash, transactionHashes: [] });
        expect(next?.hash).not.toBe(gone.hash);
        expect((await node.receipts([hash])).map(value)).toEqual([null]);
        expect((await node.lookUp([hash])).map(value)).not.toContain('mined');
        expect((await node.accounts([account.address], 'latest')).map((answer) => value(answer).nonce)).toEqual([0]);
        // The same bytes again: nobody forbids that, and they are mined on the new branch.
        await node.send([raw]);
        await chain.mine();
        expect((await node.receipts([hash])).map((answer) => value(answer)?.block.number)).toEqual([gone.number + 2]);
      });
    });
  });
}

function value<Value>(answer: Answer<Value> | undefined): Value {
  if (answer?.ok === true) return answer.value;
  throw new Error(`no answer but ${JSON.stringify(answer)}`);
}

function classOf(answer: Answer<unknown> | undefined): NodeErrorClass {
  if (answer === undefined || answer.ok) throw new Error('an answer and no error');
  return classify(answer.error).class;
}
