import { describe, expect, it } from 'vitest';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { attemptOf, commit, filler, LANE, newAttempt, put, putFiller } from '../../../support/stored.ts';
import { NOW, queued, signed, txHash } from '../../../support/transactions.ts';

/** Signed bytes: stored once, changed only in what is named, ended together. */
export function attemptsSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const shown = async (id: string) => (await storage().views.one(id as never))?.attempts ?? [];
  const outcomes = async (id: string) =>
    Object.fromEntries((await shown(id)).map(({ hash, outcome }) => [hash, outcome]));

  describe('attempts', () => {
    it('keeps signed bytes before anybody sees them', async () => {
      const row = await put(storage(), 1, signed(), { attempt: { raw: '0x02f86b', gasLimit: 50_000n } });
      expect(await shown(row.id)).toEqual([
        {
          kind: 'original',
          revision: 0,
          hash: txHash(7),
          nonce: 7,
          maxFeePerGasWei: 30n,
          maxPriorityFeePerGasWei: 2n,
          signedAt: NOW,
          publishedAt: null,
          outcome: 'live',
          error: null,
        },
      ]);
      expect(
        await storage().work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 10, recovery: null }),
      ).toMatchObject([
        { raw: '0x02f86b', attempt: { gasLimit: 50_000n, sendingSince: null, unknownLooks: 0, errorClass: null } },
      ]);
    });

    it('takes the same bytes again for the same holder as the same attempt', async () => {
      const row = await put(storage(), 1, signed());
      await commit(storage(), { attempts: [{ hash: txHash(7), publishedAt: NOW + 1, unknownLooks: 2 }] });
      const before = await shown(row.id);
      const again = newAttempt(1, { hash: txHash(7), nonce: 7, signedAt: NOW + 9 });
      await commit(storage(), { newAttempts: [again] });
      await commit(storage(), { newAttempts: [again, again] });
      expect(await shown(row.id)).toEqual(before);
    });

    it('stores once what one commit brings twice', async () => {
      const row = await put(storage(), 1, queued());
      await commit(storage(), { newAttempts: [newAttempt(1), newAttempt(1)] });
      expect(await shown(row.id)).toHaveLength(1);
    });

    it('changes only what is named', async () => {
      const row = await put(storage(), 1, signed());
      const other = await put(storage(), 2, signed({ heldNonce: 8, liveNonce: 8, attemptHash: txHash(8) }));
      const attempt = (id = row.id) => attemptOf(storage(), id);
      const untouched = await attempt(other.id);
      const steps = [
        [{ sendingSince: NOW + 1 }, { sendingSince: NOW + 1 }],
        [{ publishedAt: NOW + 2 }, { publishedAt: NOW + 2 }],
        [{ unknownLooks: 3 }, { unknownLooks: 3 }],
        [{ error: { class: 'underpriced', message: 'too low' } }, { errorClass: 'underpriced' }],
        [{ sendingSince: null }, { sendingSince: null }],
        [{ error: null }, { errorClass: null }],
      ] as const;
      let expected = await attempt();
      for (const [change, then] of steps) {
        await commit(storage(), { attempts: [{ hash: txHash(7), ...change }] });
        expected = { ...(expected as NonNullable<typeof expected>), ...then };
        expect(await attempt()).toEqual(expected);
      }
      expect(await attempt(other.id)).toEqual(untouched);
    });

    it('changes many attempts, each in its own way, in one commit', async () => {
      const row = await put(storage(), 1, signed());
      await commit(storage(), { newAttempts: [newAttempt(1, { hash: txHash(8), nonce: 7, signedAt: NOW + 1 })] });
      await commit(storage(), {
        attempts: [
          { hash: txHash(7), publishedAt: NOW + 2, error: { class: 'poolFull', message: 'txpool is full' } },
          { hash: txHash(8), outcome: 'lost' },
          { hash: txHash(99), outcome: 'lost' },
        ],
      });
      expect(await shown(row.id)).toMatchObject([
        { publishedAt: NOW + 2, error: { class: 'poolFull', message: 'txpool is full' }, outcome: 'live' },
        { publishedAt: null, error: null, outcome: 'lost' },
      ]);
    });

    it('ends all live attempts of a holder with the mined one', async () => {
      const row = await put(storage(), 1, signed());
      const other = await put(storage(), 2, signed({ heldNonce: 8, liveNonce: 8, attemptHash: txHash(20) }));
      const more = [8, 9].map((n) => newAttempt(1, { hash: txHash(n), nonce: 7 }));
      await commit(storage(), { newAttempts: more });
      await commit(storage(), { attempts: [{ hash: txHash(9), outcome: 'lost' }] });
      await commit(storage(), {
        closedAttempts: [{ holderId: row.id, mined: { hash: txHash(8), outcome: 'reverted' } }],
      });
      expect(await outcomes(row.id)).toEqual({
        [txHash(7)]: 'superseded',
        [txHash(8)]: 'reverted',
        [txHash(9)]: 'lost',
      });
      expect(await outcomes(other.id)).toEqual({ [txHash(20)]: 'live' });
    });

    it('writes all live attempts of a holder off where none was mined', async () => {
      const row = await put(storage(), 1, signed());
      const mined = await put(storage(), 2, signed({ heldNonce: 8, liveNonce: 8, attemptHash: txHash(20) }));
      await commit(storage(), {
        newAttempts: [newAttempt(1, { hash: txHash(8), nonce: 7 })],
        closedAttempts: [
          { holderId: row.id, mined: null },
          { holderId: mined.id, mined: { hash: txHash(20), outcome: 'confirmed' } },
        ],
      });
      expect(await outcomes(row.id)).toEqual({ [txHash(7)]: 'lost', [txHash(8)]: 'lost' });
      expect(await outcomes(mined.id)).toEqual({ [txHash(20)]: 'confirmed' });
    });

    it('keeps and ends a filler’s attempts likewise', async () => {
      const { work } = storage();
      const open = filler(3, { status: 'open', attemptHash: txHash(3) });
      const stored = await putFiller(storage(), open, { raw: '0xaa' });
      expect(await work.toResubmit(LANE, { now: NOW, belowNonce: 100, limit: 10, recovery: null })).toMatchObject([
        { holder: 'filler', filler: stored, raw: '0xaa' },
      ]);
      expect(await work.anyLive(LANE.chainId)).toBe(true);
      await commit(storage(), { closedAttempts: [{ holderId: stored.id, mined: null }] });
      expect(await work.anyLive(LANE.chainId)).toBe(false);
    });
  });
}
