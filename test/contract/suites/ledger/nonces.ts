import { describe, expect, it } from 'vitest';
import type { ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { CHAIN, commit, filler, LANE, put, putFiller } from '../../../support/stored.ts';
import { included, queued, settled, signed, txHash } from '../../../support/transactions.ts';

/** One holder a nonce, one nonce a holder; freed before taken. */
export function noncesSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const held = async (lane = LANE) =>
    (await storage().work.lane(lane)).held.map(({ nonce, holderId }) => [nonce, holderId]);
  const holding = (nonce: number) => queued({ heldNonce: nonce });

  describe('held nonces', () => {
    it('are on record from the commit that reserves them to the one that lets them go', async () => {
      const row = await put(storage(), 1, queued());
      expect(await held()).toEqual([]);
      const after = queued({ id: row.id, heldNonce: 4 });
      await commit(storage(), { transactions: [{ before: row, after }] });
      expect(await held()).toEqual([[4, row.id]]);
      await commit(storage(), { transactions: [{ before: { ...after, version: 3 }, after: queued({ id: row.id }) }] });
      expect(await held()).toEqual([]);
    });

    it('stay while a row moves on with them, and go when it ends', async () => {
      const row = await put(storage(), 1, signed());
      await commit(storage(), { transactions: [{ before: row, after: included({ id: row.id }) }] });
      expect(await held()).toEqual([[7, row.id]]);
      const before = included({ id: row.id, version: 3 });
      await commit(storage(), { transactions: [{ before, after: settled('confirmed', { id: row.id }) }] });
      expect(await held()).toEqual([]);
    });

    it('are freed before they are taken: two rows change places in one commit', async () => {
      const [a, b] = [await put(storage(), 1, holding(5)), await put(storage(), 2, holding(6))];
      await commit(storage(), {
        transactions: [
          { before: a, after: { ...a, heldNonce: 6 } },
          { before: b, after: { ...b, heldNonce: 5 } },
        ],
      });
      expect(await held()).toEqual([
        [5, b.id],
        [6, a.id],
      ]);
    });

    it('pass from a row to a filler and back', async () => {
      const row = await put(storage(), 1, holding(5));
      const fill = filler(5);
      await commit(storage(), { transactions: [{ before: row, after: queued({ id: row.id }) }], newFillers: [fill] });
      expect(await held()).toEqual([[5, fill.id]]);
      await commit(storage(), {
        transactions: [{ before: queued({ id: row.id, version: 3 }), after: queued({ id: row.id, heldNonce: 5 }) }],
        fillers: [{ before: fill, after: { ...fill, status: 'lost' } }],
      });
      expect(await held()).toEqual([[5, row.id]]);
    });

    it('stay a filler’s until its nonce is final', async () => {
      const open = await putFiller(storage(), filler(5, { status: 'open', attemptHash: txHash(5) }));
      expect(await held()).toEqual([[5, open.id]]);
      await commit(storage(), { fillers: [{ before: open, after: { ...open, status: 'done' } }] });
      expect(await held()).toEqual([]);
    });

    it('belong to a chain and a signer', async () => {
      const elsewhere = { chainId: 1 as ChainId, address: LANE.address };
      const other = { chainId: CHAIN, address: `0x${'99'.repeat(20)}` as typeof LANE.address };
      const here = await put(storage(), 1, holding(5));
      const there = await put(storage(), 2, { ...holding(5), chainId: elsewhere.chainId });
      const others = await put(storage(), 3, { ...holding(5), signer: other.address });
      expect(await held()).toEqual([[5, here.id]]);
      expect(await held(elsewhere)).toEqual([[5, there.id]]);
      expect(await held(other)).toEqual([[5, others.id]]);
    });
  });
}
