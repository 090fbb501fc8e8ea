import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAnvil, type Anvil, type AnvilOptions } from '../anvil.ts';
import { startMiner } from '../miner.ts';
import { startRpcProxy, type RpcProxy } from '../rpc-proxy.ts';
import { Service } from './service.ts';

export interface Mined {
  readonly hash: string;
  readonly from: string;
  readonly to: string | null;
  readonly nonce: string;
  readonly value: string;
}

const BLOCK_MS = 100;

/** A node that mines every 100 ms. */
export interface Chain extends Anvil {
  /** No blocks until `go`; fulfilled when none is being made. */
  pause(): Promise<void>;
  go(): void;
}

/** What a test opens, closed last first. Processes that a failed test left are killed. */
export class Stage {
  readonly #closers: (() => unknown)[] = [];
  readonly #env: Readonly<Record<string, string>>;

  /** @param env what its servers have in their environment, unless told otherwise */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'e2e-'));
    this.add(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
    return path;
  }

  /** Blocks that hold thousands of transfers. */
  async chain(options: AnvilOptions = {}): Promise<Chain> {
    const args = ['--gas-limit', '300000000', ...(options.args ?? [])];
    const anvil = await startAnvil({ ...options, noMining: true, args });
    const mining = startMiner(() => anvil.mine(), BLOCK_MS, 1);
    this.add(async () => {
      await mining.pause();
      await anvil.stop();
    });
    return { ...anvil, ...mining };
  }

  async proxy(target: string): Promise<RpcProxy> {
    const proxy = await startRpcProxy(target);
    this.add(() => proxy.stop());
    return proxy;
  }

  async service(options: Parameters<typeof Service.start>[0]): Promise<Service> {
    const service = await Service.start({ ...options, env: { ...this.#env, ...options.env } });
    this.add(() => service.process.kill());
    return service;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** The n-th development account: Anvil gives it money, and `SIGNERS` has the first four. */
export const DEV = [
  '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
  '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
  '0x90f79bf6eb2c4f870365e785982e1f101e93b906',
  '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65',
] as const;

let payees = 0;
/** A recipient of its own for each payment that is to be found again on the chain. */
export const newPayee = (): string => `0x${'e2e'.repeat(3)}${(++payees).toString(16).padStart(31, '0')}`;

/** Everything in the blocks of the chain, in order. */
export async function mined(anvil: Anvil): Promise<readonly Mined[]> {
  const head = Number(await anvil.rpc('eth_blockNumber'));
  const all: Mined[] = [];
  for (let n = 0; n <= head; n++) {
    const block = await anvil.rpc<{ transactions: Mined[] }>('eth_getBlockByNumber', `0x${n.toString(16)}`, true);
    all.push(...block.transactions);
  }
  return all;
}

export const balance = async (anvil: Anvil, address: string): Promise<bigint> =>
  BigInt(await anvil.rpc<string>('eth_getBalance', address, 'latest'));
