import { describe, expect, it } from 'vitest';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { CHAIN, commit, filler, LANE, newTransaction, put, putFiller, transactionId } from '../../../support/stored.ts';
import { broadcast, failed, included, NOW, queued, settled, signed, txHash } from '../../../support/transactions.ts';

const OTHER = { chainId: CHAIN, address: `0x${'99'.repeat(20)}` as Address };
const dueAt = (at: number | null) => ({ count: 0, dueAt: at, lastError: null });

export function sweepSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });
  const onRecord = () => commit(storage(), { signers: [{ key: LANE }, { key: OTHER }] });

  describe('the load of signers', () => {
    it('counts what is open before a block has it', async () => {
      await put(storage(), 1, queued());
      await put(storage(), 2, signed(at(2)));
      await put(storage(), 3, broadcast(at(3)));
      await put(storage(), 4, included(at(4)));
      await put(storage(), 5, failed({ liveNonce: null }));
      await put(storage(), 6, settled('confirmed'));
      await put(storage(), 7, queued({ signer: OTHER.address }));
      await put(storage(), 8, queued({ chainId: 1 as ChainId }));
      expect(await storage().work.load(CHAIN)).toEqual(
        new Map([
          [LANE.address, 3],
          [OTHER.address, 1],
        ]),
      );
      expect(await storage().work.load(7 as ChainId)).toEqual(new Map());
    });
  });

  describe('what is due', () => {
    it('is found lane by lane, of every kind', async () => {
      await onRecord();
      await put(storage(), 1, queued());
      await put(storage(), 2, signed({ ...at(2), retry: dueAt(NOW - 1) }));
      await put(storage(), 3, broadcast({ ...at(3), retry: dueAt(NOW - 2) }));
      await putFiller(storage(), filler(4));
      await putFiller(storage(), filler(5, { status: 'open', attemptHash: txHash(5) }));
      await put(storage(), 6, queued({ signer: OTHER.address }));
      const lanes = await storage().work.due(NOW, 100);
      expect(lanes.map(({ signer }) => signer)).toEqual(expect.arrayContaining([LANE, OTHER]));
      const of = (address: Address) => [...(lanes.find(({ signer }) => signer.address === address)?.ids ?? [])].sort();
      expect(of(LANE.address)).toEqual([...[1, 2, 3].map(transactionId), filler(4).id, filler(5).id].sort());
      expect(of(OTHER.address)).toEqual([transactionId(6)]);
    });

    it('is not what waits for a later time, for a block, or for nothing', async () => {
      await onRecord();
      await put(storage(), 1, queued({ retry: dueAt(NOW + 1) }));
      await put(storage(), 2, signed({ ...at(2), retry: dueAt(null) }));
      await put(storage(), 3, included({ ...at(3), retry: dueAt(NOW) }));
      await put(storage(), 4, failed({ retry: dueAt(NOW), liveNonce: null, attemptHash: null }));
      await putFiller(storage(), filler(5, { dueAt: NOW + 1 }));
      await putFiller(storage(), filler(6, { status: 'done', dueAt: NOW }));
      expect(await storage().work.due(NOW, 100)).toEqual([]);
      const [lane] = await storage().work.due(NOW + 1, 100);
      expect(lane?.ids).toHaveLength(2);
    });

    it('is at most so much a lane, what has waited longest first', async () => {
      await onRecord();
      for (const n of [1, 2, 3]) await put(storage(), n, queued({ retry: dueAt(NOW - n) }));
      await put(storage(), 4, queued({ signer: OTHER.address }));
      await put(storage(), 5, broadcast({ ...at(5), retry: dueAt(NOW) }));
      const lanes = await storage().work.due(NOW, 2);
      expect(lanes.find(({ signer }) => signer.address === LANE.address)?.ids).toEqual([3, 2].map(transactionId));
      expect(lanes.find(({ signer }) => signer.address === OTHER.address)?.ids).toEqual([transactionId(4)]);
      await put(storage(), 6, broadcast({ ...at(6), retry: dueAt(NOW) }));
      const more = await storage().work.due(NOW, 4);
      expect(more.find(({ signer }) => signer.address === LANE.address)?.ids).toHaveLength(4);
    });
  });

  describe('what was written ahead of the clock', () => {
    it('is what waits, was written after the moment and is due after it', async () => {
      await onRecord();
      const later = { at: NOW + 10 };
      const found = [
        await put(storage(), 1, queued({ retry: dueAt(NOW + 11) }), later),
        await put(storage(), 2, signed({ ...at(2), retry: dueAt(NOW + 12) }), later),
        await put(storage(), 3, broadcast({ ...at(3), retry: dueAt(NOW + 13), signer: OTHER.address }), later),
      ];
      await put(storage(), 4, queued({ retry: dueAt(NOW + 50) })); // written before it
      await put(storage(), 5, queued({ retry: dueAt(NOW) }), later); // due anyway
      await put(storage(), 6, failed({ retry: dueAt(NOW + 50), liveNonce: null, attemptHash: null }), later);
      await put(storage(), 7, included({ ...at(7), retry: dueAt(null) }), later);
      await putFiller(storage(), filler(8, { dueAt: NOW + 60_000 }));
      const hole = await putFiller(storage(), filler(9, { dueAt: NOW + 60_001 }));
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      const { transactions, fillers } = await storage().work.writtenAhead(NOW, 100);
      expect(transactions.toSorted(byId)).toEqual(found);
      expect(fillers).toEqual([hole]);
      expect((await storage().work.writtenAhead(NOW, 2)).transactions).toHaveLength(2);
      expect(await storage().work.writtenAhead(NOW + 10, 100)).toEqual({ transactions: [], fillers: [] });
    });
  });

  describe('rows that must leave the queue', () => {
    const toClose = async (limit = 100, now = NOW) =>
      (await storage().work.toClose(now, limit)).map(({ id }) => id).sort();

    it('are past their time, whether they have live bytes or not', async () => {
      const late = { validUntil: NOW };
      const expired = await put(storage(), 1, queued(late));
      await put(storage(), 2, queued({ validUntil: NOW + 1 }));
      await put(storage(), 3, queued());
      await put(storage(), 4, queued({ ...late, liveNonce: 4, heldNonce: 4 }));
      await put(storage(), 5, signed({ ...at(5), ...late }));
      await put(storage(), 6, failed({ ...late, liveNonce: null }));
      expect(await storage().work.toClose(NOW, 1)).toEqual([expired]);
      expect(await toClose()).toEqual([1, 4].map(transactionId));
      expect(await toClose(100, NOW + 1)).toEqual([1, 2, 4].map(transactionId));
    });

    it('or are to be cancelled and have no live bytes', async () => {
      const wish = { cancelRequested: true };
      await put(storage(), 1, queued(wish));
      await put(storage(), 2, queued({ ...wish, liveNonce: 3 }));
      await put(storage(), 3, broadcast({ ...at(3), ...wish }));
      expect(await toClose()).toEqual([transactionId(1)]);
    });

    it('come once where both holds, and as many as are asked for', async () => {
      for (const n of [1, 2, 3]) await put(storage(), n, queued({ cancelRequested: true, validUntil: NOW - n }));
      expect(await toClose()).toEqual([1, 2, 3].map(transactionId));
      expect(await toClose(2)).toHaveLength(2);
    });

    it('are not kept from sight by rows that only have been asked to stop', async () => {
      for (const n of [1, 2, 3]) await put(storage(), n, queued({ cancelRequested: true, liveNonce: n }));
      await put(storage(), 4, queued({ cancelRequested: true }));
      expect(await toClose(1)).toEqual([transactionId(4)]);
    });
  });

  it('takes so much of a long queue, and counts it all', async () => {
    await onRecord();
    await commit(storage(), { accepted: Array.from({ length: 3_000 }, (_, n) => newTransaction(n)) });
    const [lane] = await storage().work.due(NOW, 500);
    expect(lane?.ids).toHaveLength(500);
    expect((await storage().work.load(CHAIN)).get(LANE.address)).toBe(3_000);
  });
}
