import { describe, expect, it } from 'vitest';
import type { ChainId } from '../../../../src/domain/primitives.ts';
import type { Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import {
  CHAIN,
  commit,
  content,
  filler,
  fillerId,
  newAttempt,
  newTransaction,
  put,
  putFiller,
  request,
  transactionId,
} from '../../../support/stored.ts';
import { broadcast, failed, included, queued, settled, signed, txHash } from '../../../support/transactions.ts';

export function holdersSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });

  describe('what bytes are compared with', () => {
    it('is the row, its newest request and its newest attempt', async () => {
      const asked = request({ valueWei: 9n, data: '0xff' });
      const row = await put(storage(), 1, signed(at(1)), { accepted: { content: content({ request: asked }) } });
      const bare = await put(storage(), 2, queued());
      const fill = await putFiller(storage(), filler(3, { status: 'open', attemptHash: txHash(3) }));
      const reserved = await putFiller(storage(), filler(4));
      const found = await storage().work.forBroadcast([
        reserved.id,
        bare.id,
        transactionId(99),
        fill.id,
        row.id,
        row.id,
      ]);
      expect(found.size).toBe(4);
      expect(found.get(row.id)).toMatchObject({
        holder: 'transaction',
        transaction: row,
        request: asked,
        attempt: { hash: txHash(1), revision: 0 },
      });
      expect(found.get(bare.id)).toEqual({
        holder: 'transaction',
        transaction: bare,
        request: request(),
        attempt: null,
      });
      expect(found.get(fill.id)).toMatchObject({
        holder: 'filler',
        filler: fill,
        attempt: { hash: txHash(3), revision: 0 },
      });
      expect(found.get(reserved.id)).toEqual({ holder: 'filler', filler: reserved, attempt: null });
      expect((await storage().work.forBroadcast([])).size).toBe(0);
      expect((await storage().work.forBroadcast([fillerId(99)])).size).toBe(0);
    });
  });

  describe('rows by id', () => {
    it('are given with their state; unknown ones and fillers are left out', async () => {
      const rows: Transaction[] = [await put(storage(), 1, queued()), await put(storage(), 2, settled('cancelled'))];
      const fill = await putFiller(storage(), filler(3));
      const found = await storage().work.transactions([
        ...rows.map(({ id }) => id),
        transactionId(9),
        fill.id as never,
      ]);
      expect(found).toEqual(new Map(rows.map((row) => [row.id, row])));
    });

    it('are found by the thousand', async () => {
      const items = Array.from({ length: 2_500 }, (_, n) => newTransaction(n));
      await commit(storage(), { accepted: items });
      expect((await storage().work.transactions(items.map(({ id }) => id))).size).toBe(2_500);
    });
  });

  describe('live attempts by hash', () => {
    it('are found whatever the status of their row', async () => {
      const rows = [
        await put(storage(), 1, queued({ liveNonce: 1, attemptHash: txHash(1) }), { attempt: { nonce: 1 } }),
        await put(storage(), 2, signed(at(2))),
        await put(storage(), 3, broadcast(at(3)), { attempt: { kind: 'cancel', revision: 4 } }),
        await put(storage(), 4, included({ ...at(4) })),
        await put(storage(), 5, failed({ liveNonce: 5, attemptHash: txHash(5) })),
      ];
      const fill = await putFiller(storage(), filler(6, { status: 'open', attemptHash: txHash(6) }));
      const hashes = [99, 6, 5, 4, 3, 2, 1, 1].map((n) => txHash(n));
      const found = new Map((await storage().work.liveAttempts(CHAIN, hashes)).map((row) => [row.hash, row]));
      expect(found.size).toBe(6);
      for (const [n, row] of rows.entries())
        expect(found.get(txHash(n + 1))).toMatchObject({ holder: 'transaction', transaction: row, nonce: n + 1 });
      expect(found.get(txHash(3))).toMatchObject({ kind: 'cancel', revision: 4 });
      expect(found.get(txHash(6))).toMatchObject({ holder: 'filler', filler: fill, kind: 'fill', nonce: 6 });
    });

    it('are each of a row’s, and none that has ended', async () => {
      await put(storage(), 1, signed(at(1)));
      await put(storage(), 2, signed(at(2)));
      await commit(storage(), {
        newAttempts: [newAttempt(1, { hash: txHash(11), nonce: 1 })],
        closedAttempts: [{ holderId: transactionId(2), mined: null }],
      });
      const found = await storage().work.liveAttempts(
        CHAIN,
        [1, 2, 11].map((n) => txHash(n)),
      );
      expect(found.map(({ hash }) => hash).sort()).toEqual([txHash(1), txHash(11)]);
    });

    it('belong to a chain', async () => {
      await put(storage(), 1, signed({ ...at(1), chainId: 1 as ChainId }));
      expect(await storage().work.liveAttempts(CHAIN, [txHash(1)])).toEqual([]);
      expect(await storage().work.liveAttempts(1 as ChainId, [txHash(1)])).toHaveLength(1);
      expect(await storage().work.liveAttempts(CHAIN, [])).toEqual([]);
    });
  });
}
