import { describe, expect, it } from 'vitest';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import type { Queued } from '../../../../src/domain/transaction/transaction.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import {
  CHAIN,
  commit,
  content,
  filler,
  LANE,
  newAttempt,
  put,
  putFiller,
  request,
  transactionId,
} from '../../../support/stored.ts';
import { block, broadcast, included, NOW, queued, settled, signed, txHash } from '../../../support/transactions.ts';

const OTHER = { chainId: CHAIN, address: `0x${'99'.repeat(20)}` as Address };
const dueAt = (at: number | null) => ({ count: 0, dueAt: at, lastError: null });

export function laneSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const ready = async (limit = 100, withNonce = false, now = NOW) =>
    (await storage().work.readyToSign(LANE, now, limit, withNonce)).map(({ transaction }) => transaction.id);
  const ids = (...numbers: number[]) => numbers.map(transactionId);
  const waiting = (n: number, changes: Partial<Queued> = {}) => put(storage(), n, queued(changes));

  describe('a lane', () => {
    it('is empty where nothing is on record', async () => {
      expect(await storage().work.lane(LANE)).toEqual({
        signer: { key: LANE, version: 0, nextNonce: null, balanceWei: null, paused: null },
        cursor: null,
        held: [],
      });
    });

    it('shows the signer, the cursor and the held nonces, ascending, fillers’ too', async () => {
      await commit(storage(), {
        signers: [
          { key: LANE, nextNonce: 3 },
          { key: OTHER, nextNonce: 9 },
        ],
        chains: [{ chainId: CHAIN, genesisHash: block(0).hash }],
        cursors: [{ chainId: CHAIN, from: null, to: block(8), blocks: [] }],
      });
      const b = await put(storage(), 1, signed({ heldNonce: 10, liveNonce: 10 }));
      const a = await put(storage(), 2, queued({ heldNonce: 9 }));
      await put(storage(), 3, queued({ heldNonce: 4, signer: OTHER.address }));
      const f = await putFiller(storage(), filler(3));
      const lane = await storage().work.lane(LANE);
      expect(lane.signer).toMatchObject({ key: LANE, nextNonce: 3 });
      expect(lane.cursor).toEqual(block(8));
      expect(lane.held).toEqual([
        { nonce: 3, holderId: f.id },
        { nonce: 9, holderId: a.id },
        { nonce: 10, holderId: b.id },
      ]);
    });
  });

  describe('rows that are ready to be signed', () => {
    it('come by due time, then by acceptance, as many as are asked for', async () => {
      await waiting(3, { retry: dueAt(NOW - 5) });
      await waiting(2);
      await waiting(1);
      await waiting(4, { retry: dueAt(NOW - 9) });
      expect(await ready()).toEqual(ids(4, 3, 1, 2));
      expect(await ready(2)).toEqual(ids(4, 3));
    });

    it('are queued, due, and this signer’s', async () => {
      await waiting(1, { retry: dueAt(NOW + 1) });
      await waiting(2, { retry: dueAt(null) });
      await put(storage(), 3, signed({ heldNonce: 3 }));
      await put(storage(), 4, settled('expired'));
      await waiting(5, { signer: OTHER.address });
      await waiting(6, { chainId: 1 as ChainId });
      await waiting(7);
      expect(await ready()).toEqual(ids(7));
      expect(await ready(100, false, NOW + 1)).toEqual(ids(7, 1));
    });

    it('bring the newest revision’s request', async () => {
      const row = await waiting(1);
      const edited = request({ valueWei: 77n });
      await commit(storage(), {
        transactions: [{ before: row, after: { ...row, revision: 1 } }],
        revisions: [
          { transactionId: row.id, number: 1, author: 'user:ann', reason: 'r', content: content({ request: edited }) },
        ],
      });
      expect(await storage().work.readyToSign(LANE, NOW, 1, false)).toEqual([
        { transaction: { ...row, revision: 1, version: 3 }, request: edited },
      ]);
    });

    it('are only those with a nonce or live bytes where no new ones are given out', async () => {
      await waiting(1);
      await waiting(2, { heldNonce: 4, retry: dueAt(NOW - 1) });
      const live = await waiting(3, { liveNonce: 5, attemptHash: txHash(3), retry: dueAt(NOW - 2) });
      await commit(storage(), { newAttempts: [newAttempt(3, { hash: txHash(33), nonce: 5 })] });
      await waiting(4, { heldNonce: 6, retry: dueAt(NOW + 1) });
      await put(storage(), 5, signed({ heldNonce: 8, liveNonce: 8, attemptHash: txHash(8) }));
      await waiting(6, { heldNonce: 4, signer: OTHER.address });
      await putFiller(storage(), filler(9));
      const lost = await waiting(7);
      await commit(storage(), { newAttempts: [newAttempt(7)] });
      await commit(storage(), { closedAttempts: [{ holderId: lost.id, mined: null }] });
      expect(await ready(100, true)).toEqual(ids(3, 2));
      expect(await ready(1, true)).toEqual(ids(3));
      expect(await storage().work.readyToSign(LANE, NOW, 1, true)).toEqual([{ transaction: live, request: request() }]);
    });
  });

  describe('fillers to be signed', () => {
    it('are those without bytes, by nonce', async () => {
      const [b, a] = [await putFiller(storage(), filler(5)), await putFiller(storage(), filler(4))];
      await putFiller(storage(), filler(6, { status: 'open', attemptHash: txHash(6) }));
      await putFiller(storage(), filler(7, { status: 'lost' }));
      await putFiller(storage(), filler(8, { signer: OTHER.address }));
      expect(await storage().work.fillersToSign(LANE)).toEqual([a, b]);
    });
  });

  describe('competitors', () => {
    it('are the live attempts at these nonces, whoever holds them', async () => {
      await put(storage(), 1, broadcast({ heldNonce: 4, liveNonce: 4, attemptHash: txHash(1) }), {
        attempt: { revision: 2, gasLimit: 5n },
      });
      await commit(storage(), { newAttempts: [newAttempt(2, { hash: txHash(2), nonce: 4, maxFeePerGasWei: 9n })] });
      await commit(storage(), {
        newAttempts: [
          newAttempt(3, { hash: txHash(3), nonce: 4 }),
          newAttempt(4, { hash: txHash(4), nonce: 5 }),
          newAttempt(5, { hash: txHash(5), nonce: 6 }),
          newAttempt(6, { hash: txHash(6), nonce: 4, signer: OTHER }),
        ],
        closedAttempts: [{ holderId: transactionId(3), mined: null }],
      });
      const found = await storage().work.competitors(LANE, [4, 5, 99, 4]);
      expect(found).toHaveLength(3);
      const live = {
        nonce: 4,
        kind: 'original',
        revision: 0,
        gasLimit: 21_000n,
        maxFeePerGasWei: 30n,
        maxPriorityFeePerGasWei: 2n,
        sent: false,
      };
      expect(found).toEqual(
        expect.arrayContaining([
          { ...live, hash: txHash(1), holderId: transactionId(1), revision: 2, gasLimit: 5n },
          { ...live, hash: txHash(2), holderId: transactionId(2), maxFeePerGasWei: 9n },
          { ...live, hash: txHash(4), holderId: transactionId(4), nonce: 5 },
        ]),
      );
      expect(await storage().work.competitors(LANE, [])).toEqual([]);
    });

    it.each([
      ['is being handed over', { sendingSince: NOW }],
      ['was taken', { publishedAt: NOW }],
    ])('tell of bytes that a node was given: it %s', async (_, change) => {
      await put(storage(), 1, signed());
      await commit(storage(), { attempts: [{ hash: txHash(7), ...change }] });
      expect(await storage().work.competitors(LANE, [7])).toMatchObject([{ sent: true }]);
    });
  });

  describe('the next due time', () => {
    it('is the earliest of what waits in the lane', async () => {
      const next = () => storage().work.nextDueAt(LANE);
      expect(await next()).toBeNull();
      await put(storage(), 1, signed({ heldNonce: 1, retry: dueAt(null) }));
      await put(storage(), 2, included({ heldNonce: 2, attemptHash: txHash(2), retry: dueAt(NOW - 100) }));
      await waiting(3, { signer: OTHER.address, retry: dueAt(NOW - 100) });
      expect(await next()).toBeNull();
      await putFiller(storage(), filler(5, { dueAt: NOW + 50 }));
      expect(await next()).toBe(NOW + 50);
      await putFiller(storage(), filler(6, { status: 'open', attemptHash: txHash(60), dueAt: NOW + 40 }));
      expect(await next()).toBe(NOW + 40);
      await put(storage(), 4, broadcast({ heldNonce: 3, attemptHash: txHash(4), retry: dueAt(NOW + 30) }));
      expect(await next()).toBe(NOW + 30);
      await put(storage(), 5, signed({ heldNonce: 4, attemptHash: txHash(5), retry: dueAt(NOW + 20) }));
      expect(await next()).toBe(NOW + 20);
      await waiting(6, { retry: dueAt(NOW + 10) });
      expect(await next()).toBe(NOW + 10);
    });
  });
}
