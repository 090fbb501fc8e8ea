import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonRpcChainNode } from '../../../src/adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import type { Address, BlockHash, TxHash } from '../../../src/domain/primitives.ts';
import { type Asked, type FaultNode, startFaultNode } from '../../support/fault-node.ts';

const A = `0x${'aa'.repeat(32)}`;
const B = `0x${'bb'.repeat(32)}`;
const ADDRESS = `0x${'cc'.repeat(20)}` as Address;
const BLOCK = { number: '0x0', hash: A, parentHash: B, timestamp: '0x1', baseFeePerGas: '0x8', transactions: [] };
const NO_METHOD = { code: -32601, message: 'the method eth_feeHistory does not exist' };

/** Results by method; an object with `message` is an error. A list is taken one by one. */
type Results = Readonly<Record<string, unknown>>;

describe('the JSON-RPC adapter reads', () => {
  let fault: FaultNode;
  let node: JsonRpcChainNode;

  beforeEach(async () => {
    fault = await startFaultNode();
    node = new JsonRpcChainNode({ url: fault.url, timeoutMs: 20_000 });
  });
  afterEach(async () => {
    await node.close();
    await fault.stop();
  });

  const serve = (results: Results): void => {
    fault.behave((asked, wire) => {
      const answers = asked.map((one) => answerTo(one, results));
      wire.answer(answers.length === 1 && answers[0] !== undefined ? answers[0] : answers);
    });
  };

  describe('fees', () => {
    const HISTORY = { baseFeePerGas: ['0x7', '0x9'], gasUsedRatio: [0.5], reward: [['0x3']] };

    it('in one call on a chain with EIP-1559', async () => {
      serve({ eth_feeHistory: HISTORY });
      expect(await node.feeHistory()).toEqual({
        ok: true,
        value: { nextBaseFeePerGasWei: 9n, recentTipsWei: [3n], gasPriceWei: null },
      });
      expect(fault.received.flat()).toMatchObject([{ method: 'eth_feeHistory', params: ['0x5', 'latest', [50]] }]);
    });

    it.each<[string, Results, object]>([
      [
        'zeros on a chain without base fee: the gas price',
        {
          eth_feeHistory: { ...HISTORY, baseFeePerGas: ['0x0', '0x0'] },
          eth_gasPrice: '0x64',
          eth_getBlockByNumber: { ...BLOCK, baseFeePerGas: undefined },
        },
        { ok: true, value: { nextBaseFeePerGasWei: null, recentTipsWei: [], gasPriceWei: 100n } },
      ],
      [
        'zeros on a chain whose base fee is 0',
        {
          eth_feeHistory: { ...HISTORY, baseFeePerGas: ['0x0', '0x0'] },
          eth_gasPrice: '0x64',
          eth_getBlockByNumber: { ...BLOCK, baseFeePerGas: '0x0' },
        },
        { ok: true, value: { nextBaseFeePerGasWei: 0n, recentTipsWei: [3n], gasPriceWei: 100n } },
      ],
      [
        'a node without the method on a chain with base fee: the most that the next one can be',
        { eth_feeHistory: NO_METHOD, eth_gasPrice: NO_METHOD, eth_getBlockByNumber: BLOCK },
        { ok: true, value: { nextBaseFeePerGasWei: 9n, recentTipsWei: [], gasPriceWei: null } },
      ],
      [
        'neither base fee nor gas price: no answer',
        { eth_feeHistory: NO_METHOD, eth_gasPrice: NO_METHOD, eth_getBlockByNumber: { ...BLOCK, baseFeePerGas: null } },
        { ok: false, error: NO_METHOD },
      ],
      [
        "the endpoint's own trouble",
        { eth_feeHistory: { code: -32005, message: 'rate limit' } },
        { ok: false, error: { code: -32005, message: 'rate limit' } },
      ],
    ])('%s', async (_name, results, answer) => {
      serve(results);
      expect(await node.feeHistory()).toEqual(answer);
    });
  });

  describe('the identity', () => {
    it.each(['geth/v1', NO_METHOD, 7])('whatever the node says of its version: %j', async (version) => {
      serve({ eth_chainId: '0x7a69', eth_getBlockByNumber: BLOCK, web3_clientVersion: version });
      expect(await node.identity()).toEqual({
        ok: true,
        value: { chainId: 31_337, genesisHash: A, clientVersion: version === 'geth/v1' ? version : 'unknown' },
      });
    });

    it.each<[string, Results]>([
      ['no block 0', { eth_chainId: '0x1', eth_getBlockByNumber: null, web3_clientVersion: 'x' }],
      [
        'another block 0',
        { eth_chainId: '0x1', eth_getBlockByNumber: { ...BLOCK, number: '0x1' }, web3_clientVersion: 'x' },
      ],
      ['no chain id', { eth_chainId: 'mainnet', eth_getBlockByNumber: BLOCK, web3_clientVersion: 'x' }],
    ])('none with %s', async (_name, results) => {
      serve(results);
      expect(await node.identity()).toMatchObject({ ok: false, error: { transport: 'notJsonRpc' } });
    });
  });

  it('accounts by EIP-1898, and nothing of an account that is half answered', async () => {
    serve({ eth_getTransactionCount: '0x5', eth_getBalance: ['0x7', 'much'] });
    expect(await node.accounts([ADDRESS, ADDRESS], A as BlockHash)).toMatchObject([
      { ok: true, value: { nonce: 5, balanceWei: 7n } },
      { ok: false, error: { transport: 'notJsonRpc' } },
    ]);
    expect(fault.received[0]?.map(({ params }) => params[1])).toEqual(Array(4).fill({ blockHash: A }));
  });

  it('estimates on pending, without fee fields, and without `to` for a creation', async () => {
    serve({ eth_estimateGas: '0x5208' });
    const calls = [
      { from: ADDRESS, to: ADDRESS, valueWei: 255n, data: '0x' },
      { from: ADDRESS, to: null, valueWei: 0n, data: '0xfe' },
    ] as const;
    expect(await node.estimate(calls)).toEqual(Array(2).fill({ ok: true, value: 21_000n }));
    expect(fault.received[0]?.map(({ params }) => params)).toEqual([
      [{ from: ADDRESS, to: ADDRESS, value: '0xff', data: '0x' }, 'pending'],
      [{ from: ADDRESS, value: '0x0', data: '0xfe' }, 'pending'],
    ]);
  });

  it("no other transaction's receipt, no other block", async () => {
    serve({
      eth_getTransactionReceipt: { transactionHash: B, blockNumber: '0x1', blockHash: A, status: '0x1' },
      eth_getTransactionByHash: { hash: B, blockHash: A },
      eth_getBlockByHash: BLOCK,
      eth_getBlockByNumber: BLOCK,
    });
    const lie = { ok: false, error: { transport: 'notJsonRpc' } };
    expect(await node.receipts([A as TxHash])).toMatchObject([lie]);
    expect(await node.lookUp([A as TxHash])).toMatchObject([lie]);
    expect(await node.block(B as BlockHash)).toMatchObject(lie);
    expect(await node.block(3)).toMatchObject(lie);
    expect(await node.around(0)).toMatchObject(lie);
  });
});

const taken = new WeakMap<readonly unknown[], number>();

function answerTo({ id, method }: Asked, results: Results): object {
  const planned = results[method];
  const result: unknown = Array.isArray(planned) ? planned[next(planned)] : planned;
  const isError = typeof result === 'object' && result !== null && 'message' in result;
  return { jsonrpc: '2.0', id, ...(isError ? { error: result } : { result: result ?? null }) };
}

function next(planned: readonly unknown[]): number {
  const index = taken.get(planned) ?? 0;
  taken.set(planned, index + 1);
  return index;
}
