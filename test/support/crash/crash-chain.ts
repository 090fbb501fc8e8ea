import { createDevSigner } from '../../../src/adapters/outbound/signing/dev-signer.ts';
import type { Address } from '../../../src/domain/primitives.ts';
import { startAnvil } from '../anvil.ts';
import { startMiner } from '../miner.ts';

type Call = readonly [method: string, ...params: unknown[]];

export interface MinedTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string | null;
  readonly nonce: string;
  readonly value: string;
  readonly blockNumber: string;
  readonly blockHash: string;
}

/** Where a run begins. */
export interface ChainPosition {
  readonly block: number;
  /** The next one of each signer. */
  readonly nonces: ReadonlyMap<string, number>;
}

/** A node of its own for one run at a time; the runs follow each other on it, so nonces go on. */
export interface CrashChain {
  readonly url: string;
  readonly signers: readonly Address[];
  rpc<Result>(method: string, ...params: readonly unknown[]): Promise<Result>;
  /** Results in order, from one batch. */
  batch<Result>(calls: readonly Call[]): Promise<readonly Result[]>;
  position(): Promise<ChainPosition>;
  /** Everything in the blocks above this one. */
  minedAfter(block: number): Promise<readonly MinedTransaction[]>;
  /** No blocks until `go`, so that what is sent meanwhile is mined at a known point of the server's life. */
  pause(): Promise<void>;
  go(): void;
  stop(): Promise<void>;
}

const SIGNERS = [0, 1, 2, 3];

/** Blocks every `blockMs`, mined from here. */
export async function startCrashChain(blockMs: number): Promise<CrashChain> {
  const anvil = await startAnvil({ noMining: true, args: ['--gas-limit', '300000000', '--prune-history', '200'] });
  const signers = await Promise.all(SIGNERS.map(async (index) => (await createDevSigner(index)).address));
  await anvil.mine();
  const miner = startMiner(() => anvil.mine(), blockMs, 10);
  const ask = <Result>(calls: readonly Call[]): Promise<readonly Result[]> => batch(anvil.url, calls);
  const head = async (): Promise<number> => Number(await anvil.rpc('eth_blockNumber'));
  return {
    url: anvil.url,
    signers,
    rpc: (method, ...params) => anvil.rpc(method, ...params),
    batch: ask,
    position: async () => {
      const counts = await ask<string>(signers.map((signer) => ['eth_getTransactionCount', signer, 'latest']));
      return { block: await head(), nonces: new Map(signers.map((signer, i) => [signer, Number(counts[i])])) };
    },
    minedAfter: async (block) => {
      const numbers = Array.from({ length: (await head()) - block }, (_, i) => `0x${(block + 1 + i).toString(16)}`);
      const read = await ask<{ transactions: MinedTransaction[] }>(
        numbers.map((number) => ['eth_getBlockByNumber', number, true]),
      );
      return read.flatMap(({ transactions }) => transactions);
    },
    pause: miner.pause,
    go: miner.go,
    stop: async () => {
      await miner.pause();
      await anvil.stop();
    },
  };
}

async function batch<Result>(url: string, calls: readonly Call[]): Promise<readonly Result[]> {
  if (calls.length === 0) return [];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(calls.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params }))),
  });
  const answers = (await response.json()) as readonly { readonly id: number; readonly result: Result }[];
  return [...answers].sort((a, b) => a.id - b.id).map(({ result }) => result);
}
