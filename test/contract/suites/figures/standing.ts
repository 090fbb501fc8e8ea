import { describe, expect, it } from 'vitest';
import { acceptedAt } from '../../../../src/application/figures/accepted-at.ts';
import { bucketOf } from '../../../../src/application/figures/inclusion-times.ts';
import { SPAN_MS, type Span } from '../../../../src/application/ports/figures.ts';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import { CHAIN, commit, LANE, newTransaction, put, transactionId } from '../../../support/stored.ts';
import {
  block,
  broadcast,
  failed,
  included,
  inclusion,
  NOW,
  queued,
  settled,
  SIGNER,
} from '../../../support/transactions.ts';

const OTHER = { chainId: 5 as ChainId, signer: `0x${'ef'.repeat(20)}` as Address };
const ACCEPTED = acceptedAt(transactionId(1));

/** What is read, folded or not. */
export function standingSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const inHours = async (): Promise<readonly Span[]> =>
    (await storage().figures.read([{ length: 'hour', since: 0 }])).spans[0] ?? [];
  /** The same is read before and after it is added up. */
  const eitherWay = async (check: () => Promise<void>): Promise<void> => {
    await check();
    expect((await storage().figures.fold(NOW)).folded).toBeGreaterThan(0);
    await check();
    expect(await storage().figures.fold(NOW)).toEqual({ folded: 0, more: false });
  };

  describe('what stands now', () => {
    it('is nothing in an empty database', async () => {
      expect(await storage().figures.standing()).toEqual({
        chains: [],
        oldestQueuedAt: null,
        openFailures: [],
        outbox: { count: 0, oldestAt: null },
      });
    });

    it('counts rows by signer and status', async () => {
      await put(storage(), 1, queued());
      await put(storage(), 2, queued(OTHER));
      await put(storage(), 3, settled('confirmed'));
      await put(storage(), 4, broadcast());
      await eitherWay(async () => {
        const { chains } = await storage().figures.standing();
        expect(chains.map(({ chainId }) => chainId)).toEqual([OTHER.chainId, CHAIN]);
        expect(chains[0]?.signers.get(OTHER.signer)).toMatchObject({ queued: 1, broadcast: 0 });
        expect(chains[1]?.signers.get(SIGNER)).toMatchObject({ queued: 1, broadcast: 1, confirmed: 1, signed: 0 });
      });
    });

    it('counts open failures by code, and knows the oldest of each', async () => {
      const opened = (n: number, code: 'expired' | 'would_revert') =>
        ({ kind: 'opened', transactionId: transactionId(n), code, message: 'm', nodeMessage: null }) as const;
      for (const n of [1, 2, 3]) await put(storage(), n, failed({ liveNonce: null, attemptHash: null }));
      await commit(storage(), { at: NOW + 5, failures: [opened(1, 'expired')] });
      await commit(storage(), { at: NOW + 3, failures: [opened(2, 'expired'), opened(3, 'would_revert')] });
      await commit(storage(), {
        failures: [{ kind: 'closed', transactionId: transactionId(3), by: 'user:ann', reason: 'r' }],
      });
      await eitherWay(async () => {
        const { openFailures, chains } = await storage().figures.standing();
        expect(openFailures).toEqual([{ code: 'expired', count: 2, oldestAt: NOW + 3 }]);
        expect(chains[0]?.openFailures).toMatchObject({ expired: 2, would_revert: 0 });
      });
    });

    it('does not reopen what a person closed, nor count one twice that fails once more', async () => {
      await put(storage(), 1, failed({ liveNonce: null, attemptHash: null }));
      const id = { transactionId: transactionId(1) };
      const opened = { kind: 'opened', ...id, code: 'expired', message: 'm', nodeMessage: null } as const;
      const open = async () => (await storage().figures.standing()).openFailures.map(({ count }) => count);
      await commit(storage(), { failures: [opened] });
      await commit(storage(), { failures: [opened] });
      expect(await open()).toEqual([1]);
      await commit(storage(), { failures: [{ kind: 'closed', ...id, by: 'user:ann', reason: 'r' }] });
      await commit(storage(), { failures: [{ kind: 'resolved', ...id }] });
      await commit(storage(), { failures: [{ kind: 'reopened', ...id }] });
      expect(await open()).toEqual([]);
    });

    it('knows the oldest that is queued, and what is to be published', async () => {
      await put(storage(), 1, queued(), { at: NOW + 9 });
      await put(storage(), 2, queued(), { at: NOW + 4 });
      await put(storage(), 3, settled('expired'), { at: NOW });
      await commit(storage(), { at: NOW + 7, wakeUps: [{ signer: LANE, ids: [] }] });
      await commit(storage(), { at: NOW + 8, wakeUps: [{ signer: LANE, ids: [] }] });
      expect(await storage().figures.standing()).toMatchObject({
        oldestQueuedAt: NOW + 4,
        outbox: { count: 2, oldestAt: NOW + 7 },
      });
    });

    it('names the chains with their cursors, and the signers', async () => {
      await commit(storage(), {
        chains: [{ chainId: CHAIN, genesisHash: block(0).hash }],
        cursors: [{ chainId: CHAIN, from: null, to: block(5), blocks: [], finalNumber: 4 }],
        signers: [{ key: LANE, nextNonce: 3, balanceWei: 2n ** 200n, paused: { reason: 'why', at: NOW } }],
      });
      expect(await storage().figures.read([])).toMatchObject({
        chainRows: [{ chainId: CHAIN, cursorNumber: 5, finalNumber: 4 }],
        signerRows: [{ key: LANE, balanceWei: 2n ** 200n, paused: { reason: 'why', at: NOW } }],
      });
    });
  });

  describe('what passed', () => {
    it('is counted in the minute and the hour of its commit, and is left out before', async () => {
      const minute = NOW - (NOW % SPAN_MS.minute);
      await commit(storage(), { at: minute - 1, accepted: [newTransaction(1)] });
      await commit(storage(), { at: minute, accepted: [newTransaction(2), newTransaction(3)] });
      await eitherWay(async () => {
        const { spans } = await storage().figures.read([
          { length: 'minute', since: 0 },
          { length: 'minute', since: minute },
        ]);
        const accepted = (spans[0] ?? []).map(({ start, figures }) => [start, figures.passed.accepted] as const);
        expect(accepted.sort(([a], [b]) => a - b)).toEqual([
          [minute - SPAN_MS.minute, 1],
          [minute, 2],
        ]);
        expect(spans[1]).toHaveLength(1);
        expect(await inHours()).toMatchObject([{ chainId: CHAIN, figures: { passed: { accepted: 3 } } }]);
      });
    });

    it('has the time from the moment in the id to the commit that saw it in a block, and of cancel bytes none', async () => {
      const at = ACCEPTED + 1_400;
      const move = async (n: number, after: Parameters<typeof put>[2]) => {
        const before = await put(storage(), n, broadcast({ heldNonce: n, liveNonce: n, attemptHash: null }), { at });
        await commit(storage(), { at, transactions: [{ before, after: { ...after, id: before.id } }] });
      };
      await move(1, included({ heldNonce: 1, liveNonce: 1 }));
      await move(2, settled('reverted'));
      await move(3, settled('cancelled', { inclusion: inclusion({ kind: 'cancel' }) }));
      await eitherWay(async () => {
        const [span] = (await inHours()).filter(({ figures }) => figures.passed.included > 0);
        expect(span?.figures.passed).toMatchObject({ included: 2, reverted: 1, cancelled: 1, confirmed: 0 });
        expect(span?.figures.took.indexOf(2)).toBe(bucketOf(1_400));
        expect(span?.figures.net).toMatchObject({ included: 1, reverted: 1, cancelled: 1, broadcast: 0, queued: 0 });
      });
    });

    it('has the fees to the last wei', async () => {
      for (const feesWei of [2n ** 255n, 1n, 2n ** 53n + 1n])
        await commit(storage(), { spent: [{ chainId: CHAIN, feesWei }] });
      await eitherWay(async () => {
        expect((await inHours()).map(({ figures }) => figures.feesWei)).toEqual([2n ** 255n + 2n ** 53n + 2n]);
      });
    });
  });
}
