import { describe } from 'vitest';
import { JsonRpcChainNode } from '../../src/adapters/outbound/chain/json-rpc/json-rpc-chain-node.ts';
import { ScriptedNode } from '../../src/adapters/outbound/chain/scripted.ts';
import { ScriptedChain } from '../../src/adapters/outbound/chain/scripted/chain.ts';
import { decodeWith } from '../../src/adapters/outbound/chain/scripted/decoded-transaction.ts';
import { chooseCodec } from '../../src/adapters/outbound/codec/choose.ts';
import type { ChainId, Hex } from '../../src/domain/primitives.ts';
import { startAnvil } from '../support/anvil.ts';
import { type ChainUnderTest, chainNodeSuite } from './suites/chain-node.ts';

const CHAIN_ID = 31_337 as ChainId;

describe('JSON-RPC on Anvil', () => {
  chainNodeSuite(onAnvil, { chainId: CHAIN_ID });
});

describe('the scripted chain', () => {
  chainNodeSuite(onScript, { chainId: CHAIN_ID });
});

async function onAnvil(): Promise<ChainUnderTest> {
  const anvil = await startAnvil({ noMining: true, args: ['--order', 'fifo'] });
  const node = new JsonRpcChainNode({ url: anvil.url, timeoutMs: 20_000 });
  return {
    node,
    setBalance: (address, wei) => anvil.setBalance(address, wei),
    setReverting: (address, data) => anvil.rpc('anvil_setCode', address, revertingCode(data)),
    mine: () => anvil.mine(),
    reorg: (depth) => anvil.rpc('anvil_reorg', depth, []),
    stop: async () => {
      await node.close();
      await anvil.stop();
    },
  };
}

/** EVM code that puts up to 32 bytes into memory and reverts with them. */
function revertingCode(data: Hex): Hex {
  const size = (data.length - 2) / 2;
  const byte = (number: number): string => number.toString(16).padStart(2, '0');
  // PUSHn data · PUSH0 · MSTORE · PUSH1 size · PUSH1 32-size · REVERT, or PUSH0 · PUSH0 · REVERT without data
  if (size === 0) return '0x5f5ffd';
  return `0x${byte(0x5f + size)}${data.slice(2)}5f5260${byte(size)}60${byte(32 - size)}fd`;
}

async function onScript(): Promise<ChainUnderTest> {
  const chain = new ScriptedChain({ chainId: CHAIN_ID, decode: decodeWith(await chooseCodec()) });
  return {
    node: new ScriptedNode(chain),
    setBalance: async (address, wei) => {
      chain.setBalance(address, wei);
    },
    setReverting: async (address, data) => {
      chain.code.set(address, { revertsWith: data });
    },
    mine: async () => {
      chain.mine();
    },
    reorg: async (depth) => {
      chain.reorg(depth);
      for (let mined = 0; mined < depth; mined += 1) chain.mine({ include: 'none' });
    },
    stop: async () => undefined,
  };
}
