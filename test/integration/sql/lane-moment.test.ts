import { afterEach, describe, expect, it } from 'vitest';
import { holesOf } from '../../../src/domain/nonce/assign.ts';
import { commitsBefore } from '../../support/commits-before.ts';
import { fresh, openFile } from '../../support/storage.ts';
import { commit, LANE, put } from '../../support/stored.ts';
import { broadcast, included, txHash } from '../../support/transactions.ts';

const storage = fresh(() => openFile());
const commits: { close(): void }[] = [];
afterEach(() => {
  for (const one of commits.splice(0)) one.close();
});

/** The tracker's commit at one confirmation: the count moves past nonce 5, and who held it is done with it. */
const FINAL_AT_ONCE = 'BEGIN; UPDATE signers SET next_nonce = 6; DELETE FROM held_nonces WHERE nonce = 5; COMMIT';

describe('a lane, while the tracker commits in a thread of its own', () => {
  it.each(['signers', 'chains', 'held_nonces'])(
    'is what the record held at one moment, whenever the commit falls (before it reads %s)',
    async (table) => {
      await commit(storage(), { signers: [{ key: LANE, nextNonce: 5 }] });
      const own = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });
      await put(storage(), 1, included(own(5)));
      await put(storage(), 2, broadcast(own(6)));
      const tracker = commitsBefore(storage(), new RegExp(`\\b${table}\\b`), FINAL_AT_ONCE);
      commits.push(tracker);
      const { signer, held } = await storage().work.lane(LANE);
      expect(tracker.happened).toBe(true);
      const nonces = held.map(({ nonce }) => nonce);
      // Before the commit or after it; a nonce that is used already is no hole that somebody may take.
      expect([
        [5, [5, 6]],
        [6, [6]],
      ]).toContainEqual([signer.nextNonce, nonces]);
      expect(holesOf(signer.nextNonce ?? 0, nonces)).toEqual([]);
    },
  );
});
