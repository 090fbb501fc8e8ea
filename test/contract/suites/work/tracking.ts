import { describe, expect, it } from 'vitest';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { CHAIN, commit, filler, LANE, newAttempt, put, putFiller } from '../../../support/stored.ts';
import {
  block,
  broadcast,
  failed,
  included,
  inclusion,
  queued,
  settled,
  signed,
  txHash,
} from '../../../support/transactions.ts';

const ELSEWHERE = 1 as ChainId;

export function trackingSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });
  const inBlock = (n: number, number: number, fork = 0) => ({
    ...at(n),
    inclusion: inclusion({ block: block(number, fork), hash: txHash(n) }),
  });
  const fillerIn = (n: number, number: number) =>
    filler(n, {
      status: 'included',
      attemptHash: txHash(n),
      inclusion: { block: block(number), hash: txHash(n) },
      dueAt: null,
    });

  describe('whether anything is live', () => {
    it('asks for attempts of any row of the chain', async () => {
      const { work } = storage();
      expect(await work.anyLive(CHAIN)).toBe(false);
      await put(storage(), 1, signed({ ...at(1), chainId: ELSEWHERE }));
      expect(await work.anyLive(CHAIN)).toBe(false);
      const late = await put(storage(), 2, failed({ attemptHash: txHash(2), liveNonce: 2 }));
      expect(await work.anyLive(CHAIN)).toBe(true);
      await commit(storage(), { closedAttempts: [{ holderId: late.id, mined: null }] });
      expect(await work.anyLive(CHAIN)).toBe(false);
    });
  });

  describe('signers of a chain', () => {
    it('are all that are on record, by address', async () => {
      const other = { chainId: CHAIN, address: `0x${'01'.repeat(20)}` as Address };
      await commit(storage(), {
        signers: [
          { key: LANE, nextNonce: 4 },
          { key: other, balanceWei: 3n },
          { key: { ...LANE, chainId: ELSEWHERE } },
        ],
      });
      const row = { version: 0, nextNonce: null, balanceWei: null, paused: null };
      expect(await storage().work.signers(CHAIN)).toEqual([
        { ...row, key: other, balanceWei: 3n },
        { ...row, key: LANE, nextNonce: 4 },
      ]);
    });
  });

  describe('holders with live bytes below a nonce', () => {
    it('are all but those that are included', async () => {
      const rows = [
        await put(storage(), 1, queued({ liveNonce: 1, attemptHash: txHash(1) })),
        await put(storage(), 2, signed(at(2))),
        await put(storage(), 3, failed({ liveNonce: 3, attemptHash: txHash(3) })),
        await put(storage(), 4, broadcast(at(4))),
      ];
      await put(storage(), 5, included(at(5)));
      await put(storage(), 6, signed(at(6)));
      const fill = await putFiller(storage(), filler(0, { status: 'open', attemptHash: txHash(20) }));
      await putFiller(storage(), fillerIn(7, 3));
      const { transactions, fillers } = await storage().work.liveBelow(LANE, 6);
      expect(transactions).toEqual(rows);
      expect(fillers).toEqual([fill]);
      expect(await storage().work.liveBelow(LANE, 0)).toEqual({ transactions: [], fillers: [] });
    });

    it('come once, however many of their bytes are live, and not for bytes that have ended', async () => {
      const row = await put(storage(), 1, broadcast(at(1)));
      const done = await put(storage(), 2, settled('confirmed', { attemptHash: txHash(2) }));
      await commit(storage(), {
        newAttempts: [newAttempt(1, { hash: txHash(11), nonce: 1, kind: 'replacement' })],
        closedAttempts: [{ holderId: done.id, mined: { hash: txHash(2), outcome: 'confirmed' } }],
      });
      expect((await storage().work.liveBelow(LANE, 100)).transactions).toEqual([row]);
    });
  });

  describe('included rows', () => {
    it('are found by their block’s hash', async () => {
      const row = await put(storage(), 1, included(inBlock(1, 40)));
      await put(storage(), 2, included(inBlock(2, 40, 1)));
      await put(storage(), 3, included({ ...inBlock(3, 40), chainId: ELSEWHERE }));
      await put(storage(), 4, settled('confirmed', { inclusion: inclusion({ block: block(40) }) }));
      const fill = await putFiller(storage(), fillerIn(5, 40));
      await putFiller(storage(), fillerIn(6, 41));
      expect(await storage().work.includedIn(CHAIN, block(40).hash)).toEqual({ transactions: [row], fillers: [fill] });
      expect(await storage().work.includedIn(CHAIN, block(99).hash)).toEqual({ transactions: [], fillers: [] });
    });

    it('wait for depth, the oldest first, as many as are asked for', async () => {
      const [b, a, c] = [
        await put(storage(), 1, included(inBlock(1, 41))),
        await put(storage(), 2, included(inBlock(2, 40))),
        await put(storage(), 3, included(inBlock(3, 42))),
      ];
      await put(storage(), 4, included({ ...inBlock(4, 40), chainId: ELSEWHERE }));
      await put(storage(), 5, broadcast(at(5)));
      const [fb, fa] = [await putFiller(storage(), fillerIn(7, 42)), await putFiller(storage(), fillerIn(6, 41))];
      const { work } = storage();
      expect(await work.awaitingDepth(CHAIN, 42, 10)).toEqual({ transactions: [a, b, c], fillers: [fa, fb] });
      expect(await work.awaitingDepth(CHAIN, 41, 10)).toEqual({ transactions: [a, b], fillers: [fa] });
      expect(await work.awaitingDepth(CHAIN, 42, 1)).toEqual({ transactions: [a], fillers: [fa] });
      expect(await work.awaitingDepth(CHAIN, 39, 10)).toEqual({ transactions: [], fillers: [] });
    });
  });

  it('gives a chain’s blocks newest first, and of no other chain', async () => {
    const known = (n: number) => ({ ...block(n), parentHash: block(n - 1).hash });
    for (const [chainId, to] of [
      [CHAIN, 5],
      [ELSEWHERE, 50],
    ] as const)
      await commit(storage(), {
        chains: [{ chainId, genesisHash: block(to * 100).hash }],
        cursors: [{ chainId, from: null, to: block(to), blocks: [known(to - 1), known(to)], finalNumber: to - 1 }],
      });
    expect(await storage().work.chain(CHAIN)).toEqual({
      genesisHash: block(500).hash,
      cursor: block(5),
      finalNumber: 4,
      blocks: [known(5), known(4)],
    });
  });
}
