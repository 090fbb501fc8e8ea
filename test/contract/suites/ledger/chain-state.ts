import { describe, expect, it } from 'vitest';
import type { CursorMove } from '../../../../src/application/change-set.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { CHAIN, commit, LANE } from '../../../support/stored.ts';
import { block, NOW } from '../../../support/transactions.ts';

const known = (number: number, fork = 0) => ({ ...block(number, fork), parentHash: block(number - 1).hash });
const move = (from: number | null, to: number, changes: Partial<CursorMove> = {}): CursorMove => ({
  chainId: CHAIN,
  from: from === null ? null : block(from),
  to: block(to),
  blocks: [known(to)],
  ...changes,
});

/** Signers, chains, cursors. */
export function chainStateSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const signer = async () => (await storage().work.lane(LANE)).signer;
  const pin = () => commit(storage(), { chains: [{ chainId: CHAIN, genesisHash: block(0).hash }] });

  describe('signers', () => {
    it('are put on record once, and stay as they are', async () => {
      const empty = { key: LANE, version: 0, nextNonce: null, balanceWei: null, paused: null };
      expect(await signer()).toEqual(empty);
      await commit(storage(), { signers: [{ key: LANE }] });
      expect(await signer()).toEqual(empty);
      await commit(storage(), { signers: [{ key: LANE, nextNonce: 4, balanceWei: 7n }] });
      await commit(storage(), { signers: [{ key: LANE }] });
      expect(await signer()).toEqual({ ...empty, nextNonce: 4, balanceWei: 7n });
    });

    it('change in what is named only', async () => {
      await commit(storage(), { signers: [{ key: LANE, nextNonce: 4, balanceWei: 7n }] });
      const paused = { reason: 'a reorg', at: NOW };
      await commit(storage(), { signers: [{ key: LANE, paused }] });
      await commit(storage(), { signers: [{ key: LANE, balanceWei: 8n }] });
      expect(await signer()).toMatchObject({ version: 0, nextNonce: 4, balanceWei: 8n, paused });
      await commit(storage(), { signers: [{ key: LANE, paused: null, nextNonce: 5 }] });
      expect(await signer()).toMatchObject({ nextNonce: 5, balanceWei: 8n, paused: null });
    });

    it('are locked by who takes nonces: the version goes up', async () => {
      await commit(storage(), { signers: [{ key: LANE, nextNonce: 4 }] });
      await commit(storage(), { signers: [{ key: LANE, expectedVersion: 0 }] });
      await commit(storage(), { signers: [{ key: LANE, expectedVersion: 1, nextNonce: 6 }] });
      expect(await signer()).toMatchObject({ version: 2, nextNonce: 6 });
    });

    it('keep a long reason as far as it fits', async () => {
      await commit(storage(), { signers: [{ key: LANE, paused: { reason: 'é'.repeat(600), at: NOW } }] });
      expect((await signer()).paused?.reason).toMatch(/^é{400,}$/);
    });
  });

  describe('a chain', () => {
    it('is pinned to the genesis that was seen first', async () => {
      expect(await storage().work.chain(CHAIN)).toBeNull();
      await pin();
      await commit(storage(), { chains: [{ chainId: CHAIN, genesisHash: block(99).hash }] });
      expect(await storage().work.chain(CHAIN)).toEqual({
        genesisHash: block(0).hash,
        cursor: null,
        finalNumber: null,
        blocks: [],
      });
    });

    it('has a cursor that moves from block to block', async () => {
      await pin();
      await commit(storage(), { cursors: [move(null, 5)] });
      await commit(storage(), { cursors: [move(5, 6)] });
      const chain = await storage().work.chain(CHAIN);
      expect(chain).toMatchObject({ cursor: block(6), blocks: [known(6), known(5)] });
      expect((await storage().work.lane(LANE)).cursor).toEqual(block(6));
    });

    it('steps back, forgets the blocks of the other branch, and goes on along this one', async () => {
      await pin();
      await commit(storage(), { cursors: [move(null, 5)] });
      await commit(storage(), { cursors: [move(5, 6)] });
      await commit(storage(), { cursors: [move(6, 7)] });
      await commit(storage(), { cursors: [move(7, 5, { blocks: [], forgetAbove: 5 })] });
      expect(await storage().work.chain(CHAIN)).toMatchObject({ cursor: block(5), blocks: [known(5)] });
      await commit(storage(), { cursors: [move(5, 6, { to: block(6, 1), blocks: [known(6, 1)] })] });
      expect((await storage().work.chain(CHAIN))?.blocks).toEqual([known(6, 1), known(5)]);
    });

    it('forgets what is no longer needed', async () => {
      await pin();
      await commit(storage(), { cursors: [move(null, 5)] });
      await commit(storage(), { cursors: [move(5, 6, { forgetBelow: 6 })] });
      expect((await storage().work.chain(CHAIN))?.blocks).toEqual([known(6)]);
    });

    it('never takes back what it called final', async () => {
      await pin();
      const final = async () => (await storage().work.chain(CHAIN))?.finalNumber;
      await commit(storage(), { cursors: [move(null, 5, { finalNumber: 4 })] });
      expect(await final()).toBe(4);
      await commit(storage(), { cursors: [move(5, 6, { finalNumber: 3 })] });
      expect(await final()).toBe(4);
      await commit(storage(), { cursors: [move(6, 7, { finalNumber: 6 })] });
      await commit(storage(), { cursors: [move(7, 8)] });
      expect(await final()).toBe(6);
    });

    it('jumps where nothing is live', async () => {
      await pin();
      await commit(storage(), { cursors: [move(null, 5)] });
      await commit(storage(), { cursors: [move(5, 50, { onlyIfNothingLive: true })] });
      expect((await storage().work.chain(CHAIN))?.cursor).toEqual(block(50));
    });
  });
}
