import { describe, expect, it } from 'vitest';
import { unseenSigner } from '../../../src/application/ports/work.ts';
import { CountsMemory } from '../../../src/application/use-cases/track/signer-counts.ts';
import type { TrackParts } from '../../../src/application/use-cases/track/track-parts.ts';
import { finalNumber } from '../../../src/domain/confirmation/depth.ts';
import type { BlockHash, BlockRef } from '../../../src/domain/primitives.ts';
import { LANE } from '../../support/stored.ts';

const SIGNERS = [unseenSigner(LANE)];
const blockAt = (number: number): BlockRef => ({
  number,
  hash: `0x${number.toString(16).padStart(64, '0')}` as BlockHash,
});

/** A memory that has seen the blocks 1 to `newest`, and the hashes that its node was asked about since. */
async function afterBlocks(newest: number, confirmations: number) {
  const asked: string[] = [];
  const accounts = async (_: unknown, hash: string) => {
    asked.push(hash);
    return [{ ok: true, value: { nonce: 7, balanceWei: 1n } }];
  };
  const memory = new CountsMemory({ confirmations, node: { accounts } } as unknown as TrackParts);
  for (let number = 1; number <= newest; number++) await memory.at(SIGNERS, blockAt(number));
  asked.length = 0;
  return { asked, at: (number: number) => memory.at(SIGNERS, blockAt(number)) };
}

describe.each([1, 12, 1_000])('the counts at past blocks, with %i confirmations', (confirmations) => {
  const newest = 2_000;

  it('are known at the final block without asking: most nodes have dropped its state by then', async () => {
    const { asked, at } = await afterBlocks(newest, confirmations);
    expect((await at(finalNumber(newest, confirmations)))?.get(LANE.address)?.nonce).toBe(7);
    expect(asked).toEqual([]);
  });

  it('are forgotten at blocks far below it', async () => {
    const { asked, at } = await afterBlocks(newest, confirmations);
    const old = finalNumber(newest, confirmations) - 100;
    await at(old);
    expect(asked).toEqual([blockAt(old).hash]);
  });
});
