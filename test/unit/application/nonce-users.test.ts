import { beforeEach, describe, expect, it } from 'vitest';
import { RecordingLog } from '../../../src/adapters/outbound/observability/memory/recording-log.ts';
import type { Answer, BlockContents } from '../../../src/application/ports/chain-node.ts';
import { NonceUsers } from '../../../src/application/use-cases/track/nonce-users.ts';
import type { TrackParts } from '../../../src/application/use-cases/track/track-parts.ts';
import type { Address, BlockHash, BlockRef, TxHash } from '../../../src/domain/primitives.ts';
import { SIGNER, txHash } from '../../support/transactions.ts';

const ELSE = `0x${'99'.repeat(20)}` as Address;
const hashOf = (number: number, fork: number): BlockHash =>
  `0x${fork}${number.toString(16).padStart(63, '0')}` as BlockHash;

/** Blocks 0, 1, 2 … of which some hold a transaction of the account at a nonce, under the hash of that number. */
let nonceIn: Map<number, number>;
let asked: number[];
let silent: boolean;
let fork: number;
let log: RecordingLog;
let users: NonceUsers;

beforeEach(() => {
  nonceIn = new Map();
  asked = [];
  silent = false;
  fork = 1;
  log = new RecordingLog();
  const contents = (hash: BlockHash): Promise<Answer<BlockContents | null>> => {
    const number = Number(`0x${hash.slice(3)}`);
    asked.push(number);
    if (silent) return Promise.resolve({ ok: false, error: { message: 'away', transport: 'timeout' } });
    const nonce = nonceIn.get(number);
    const other = { hash: txHash(900), from: ELSE, nonce: 7 };
    return Promise.resolve({
      ok: true,
      value: {
        number,
        hash,
        parentHash: hashOf(number - 1, fork),
        transactions: nonce === undefined ? [other] : [other, { hash: txHash(nonce), from: SIGNER, nonce }],
      },
    });
  };
  users = new NonceUsers({ node: { contents }, log } as unknown as TrackParts);
});

const at = (number: number): BlockRef => ({ number, hash: hashOf(number, fork) });
const find = async (block: number, ...nonces: readonly number[]): Promise<readonly (TxHash | undefined)[]> => {
  const found = await users.find(SIGNER, new Set(nonces), at(block));
  return nonces.map((nonce) => found.get(nonce));
};

describe('who used a nonce', () => {
  it('is read from the blocks, back to the lowest one that is asked for', async () => {
    nonceIn = new Map([
      [10, 5],
      [20, 6],
      [30, 7],
    ]);
    expect(await find(35, 6, 7)).toEqual([txHash(6), txHash(7)]);
    expect(Math.min(...asked)).toBe(20);
    expect(log.lines).toEqual([]);
  });

  it('is nobody where a lower nonce of the account is met first, which is said once', async () => {
    nonceIn = new Map([[20, 6]]);
    expect(await find(35, 9)).toEqual([undefined]);
    expect(await find(36, 9)).toEqual([undefined]);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('is looked for in so many blocks at once, and further back with the next block', async () => {
    nonceIn = new Map([[10, 5]]);
    expect(await find(200, 5)).toEqual([undefined]);
    expect(asked).toHaveLength(64);
    await find(201, 5);
    await find(202, 5);
    expect(await find(203, 5)).toEqual([txHash(5)]);
    expect(asked.filter((number) => number > 200)).toEqual([201, 202, 203]);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('that came with a newer block is found too', async () => {
    nonceIn = new Map([[20, 6]]);
    await find(30, 7);
    nonceIn.set(31, 7);
    expect(await find(33, 7)).toEqual([txHash(7)]);
  });

  it('is looked for anew where the blocks do not lead to those that were read', async () => {
    nonceIn = new Map([[20, 6]]);
    expect(await find(30, 6)).toEqual([txHash(6)]);
    nonceIn = new Map([[19, 5]]);
    fork = 2;
    expect(await find(31, 6)).toEqual([undefined]);
  });

  it('is not known where the node does not answer, and found when it does', async () => {
    nonceIn = new Map([[30, 6]]);
    silent = true;
    expect(await find(30, 6)).toEqual([undefined]);
    silent = false;
    expect(await find(31, 6)).toEqual([txHash(6)]);
  });

  it('ends at the first block', async () => {
    expect(await find(3, 6)).toEqual([undefined]);
    expect(asked).toEqual([3, 2, 1, 0]);
    expect(await find(4, 6)).toEqual([undefined]);
    expect(asked).toEqual([3, 2, 1, 0, 4]);
  });
});
