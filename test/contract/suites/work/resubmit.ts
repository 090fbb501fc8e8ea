import { describe, expect, it } from 'vitest';
import type { Address } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { commit, filler, LANE, newAttempt, put, putFiller, transactionId } from '../../../support/stored.ts';
import { broadcast, failed, included, NOW, queued, signed, txHash } from '../../../support/transactions.ts';

const dueAt = (at: number | null) => ({ count: 0, dueAt: at, lastError: null });

export function resubmitSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });
  const found = async (limit = 100, belowNonce = 100, recovery: { afterNonce: number } | null = null) =>
    (await storage().work.toResubmit(LANE, { now: NOW, belowNonce, limit, recovery })).map(
      ({ attempt }) => attempt.nonce,
    );

  /** Due and not, of all kinds: nonces 1 to 8. */
  async function everyKind(): Promise<void> {
    await put(storage(), 1, broadcast({ ...at(1), retry: dueAt(NOW) }));
    await put(storage(), 2, broadcast({ ...at(2), retry: dueAt(NOW + 1) }));
    await put(storage(), 3, signed({ ...at(3), retry: dueAt(null) }));
    await putFiller(storage(), filler(4, { status: 'open', attemptHash: txHash(4) }));
    await put(storage(), 5, signed({ ...at(5), retry: dueAt(NOW + 1) }));
    await putFiller(storage(), filler(6, { status: 'open', attemptHash: txHash(6), dueAt: NOW + 1 }));
    await put(storage(), 7, signed({ ...at(7), retry: dueAt(NOW - 1) }));
    await put(storage(), 8, broadcast({ ...at(8), retry: dueAt(null) }));
  }

  describe('rows whose bytes are to be looked up or sent again', () => {
    it('are due, or signed and waiting for the window, by nonce', async () => {
      await everyKind();
      expect(await found()).toEqual([1, 3, 4, 7]);
    });

    it('are as many as are asked for, the lowest nonces first', async () => {
      await everyKind();
      expect(await found(3)).toEqual([1, 3, 4]);
      expect(await found(1)).toEqual([1]);
    });

    it('are below the window’s end', async () => {
      await everyKind();
      expect(await found(100, 4)).toEqual([1, 3]);
      expect(await found(100, 1)).toEqual([]);
    });

    it('are all of them for who takes a lane over, page by page', async () => {
      await everyKind();
      expect(await found(3, 100, { afterNonce: -1 })).toEqual([1, 2, 3]);
      expect(await found(3, 100, { afterNonce: 3 })).toEqual([4, 5, 6]);
      expect(await found(3, 8, { afterNonce: 6 })).toEqual([7]);
      expect(await found(3, 100, { afterNonce: 8 })).toEqual([]);
    });

    it('hold their nonce and have bytes; included, failed and others’ are none of them', async () => {
      await put(storage(), 1, included(at(1)));
      await put(storage(), 2, failed({ liveNonce: 2, attemptHash: txHash(2) }));
      await put(storage(), 3, queued({ liveNonce: 3, attemptHash: txHash(3) }));
      await put(storage(), 4, signed({ ...at(4), signer: `0x${'99'.repeat(20)}` as Address }));
      await putFiller(storage(), filler(5));
      await putFiller(storage(), filler(6, { status: 'included', attemptHash: txHash(6) }));
      expect(await found()).toEqual([]);
      expect(await found(100, 100, { afterNonce: -1 })).toEqual([]);
    });

    it('bring the newest bytes, opened, with their facts and their holder', async () => {
      const row = await put(storage(), 1, signed(at(1)), { attempt: { raw: '0x01' } });
      const next = newAttempt(1, { hash: txHash(11), nonce: 1, kind: 'replacement', raw: '0x11', signedAt: NOW + 1 });
      const after = { ...row, attemptHash: txHash(11) };
      await commit(storage(), { transactions: [{ before: row, after }], newAttempts: [next] });
      await commit(storage(), {
        attempts: [
          { hash: txHash(11), sendingSince: NOW, unknownLooks: 1, error: { class: 'poolFull', message: 'm' } },
        ],
      });
      const fill = await putFiller(storage(), filler(2, { status: 'open', attemptHash: txHash(2) }), { raw: '0x22' });
      expect(await storage().work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 10, recovery: null })).toEqual([
        {
          holder: 'transaction',
          transaction: { ...after, version: 3 },
          raw: '0x11',
          attempt: {
            hash: txHash(11),
            holderId: transactionId(1),
            kind: 'replacement',
            revision: 0,
            nonce: 1,
            gasLimit: 21_000n,
            maxFeePerGasWei: 30n,
            maxPriorityFeePerGasWei: 2n,
            signedAt: NOW + 1,
            sendingSince: NOW,
            publishedAt: null,
            unknownLooks: 1,
            errorClass: 'poolFull',
          },
        },
        expect.objectContaining({ holder: 'filler', filler: fill, raw: '0x22' }),
      ]);
    });
  });
}
