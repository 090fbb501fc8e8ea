import { describe, expect, it } from 'vitest';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { CHAIN, commit, filler, LANE, put, putFiller } from '../../../support/stored.ts';
import { broadcast, failed, included, NOW, queued, settled, signed, txHash } from '../../../support/transactions.ts';

export function journalSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });

  describe('the audit', () => {
    const entry = (action: string) => ({
      actor: 'user:ann',
      action,
      transactionId: null,
      reason: null,
      detail: { action },
      requestId: null,
    });

    it('is shown newest first, page by page, details with their own entries', async () => {
      const { views } = storage();
      expect(await views.audit(2, null)).toEqual({ items: [], next: null });
      await commit(storage(), { audit: ['a', 'b', 'c'].map(entry) });
      await commit(storage(), { at: NOW - 9, audit: [{ ...entry('d'), detail: null }] });
      const first = await views.audit(2, null);
      expect(first.items).toMatchObject([
        { action: 'd', at: NOW - 9, detail: null },
        { action: 'c', at: NOW, detail: { action: 'c' } },
      ]);
      const second = await views.audit(2, first.next?.id ?? null);
      expect(second.items).toMatchObject([{ action: 'b' }, { action: 'a', detail: { action: 'a' } }]);
      expect(second.next).toBeNull();
    });
  });

  describe('signers', () => {
    it('are shown with what they have open, hold and lack', async () => {
      const other = { chainId: 1 as ChainId, address: LANE.address };
      const unseen = { chainId: CHAIN, address: `0x${'01'.repeat(20)}` as Address };
      const paused = { reason: 'a reorg', at: NOW };
      await commit(storage(), {
        signers: [{ key: LANE, nextNonce: 3, balanceWei: 5n, paused }, { key: other, nextNonce: 0 }, { key: unseen }],
      });
      await put(storage(), 1, queued());
      await put(storage(), 2, signed(at(4)));
      await put(storage(), 3, broadcast(at(7)));
      await put(storage(), 4, included(at(2)));
      await put(storage(), 5, failed({ liveNonce: 20, attemptHash: txHash(20) }));
      await put(storage(), 6, settled('confirmed', { attemptHash: null }));
      await putFiller(storage(), filler(5));
      await put(storage(), 7, queued({ chainId: other.chainId, heldNonce: 0 }));
      await put(storage(), 8, queued({ signer: unseen.address, heldNonce: 2 }));
      const row = { version: 0, balanceWei: null, paused: null, gaps: [] };
      expect(await storage().views.signers()).toEqual([
        { ...row, key: other, nextNonce: 0, inFlight: 1, held: [0] },
        { ...row, key: unseen, nextNonce: null, inFlight: 1, held: [2] },
        { ...row, key: LANE, nextNonce: 3, balanceWei: 5n, paused, inFlight: 4, held: [2, 4, 5, 7], gaps: [3, 6] },
      ]);
    });
  });
}
