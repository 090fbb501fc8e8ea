import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import {
  commit,
  content,
  event,
  fillerId,
  filler,
  LANE,
  newTransaction,
  put,
  putFiller,
  request,
  transactionId,
} from '../../../support/stored.ts';
import {
  block,
  broadcast,
  failed,
  included,
  inclusion,
  NOW,
  queued,
  settled,
  signed,
  txHash,
} from '../../../support/transactions.ts';

const OTHER = `0x${'12'.repeat(20)}` as const;

/** Transactions, revisions, fillers, events, audit, outbox: what is written is what is read. */
export function rowsSuite(open: OpenStorage): void {
  const storage = fresh(open);

  describe('rows', () => {
    it('keeps an accepted transaction, queued and due at once, with its content', async () => {
      const { work, views } = storage();
      const asked = request({ valueWei: 5n, data: '0xc0ffee', gasLimit: 90_000n, maxFeePerGasWei: 7n });
      const item = newTransaction(1, {
        validUntil: NOW + 60_000,
        idempotencyKey: 'order-1',
        content: content({ request: asked, metadata: { order: 1 }, idempotencyKey: 'order-1' }),
      });
      const result = await commit(storage(), { accepted: [item], events: [event(item.id)] });
      expect(result.accepted).toEqual([{ kind: 'created', id: item.id }]);
      const state = queued({ id: item.id, version: 1, validUntil: NOW + 60_000 });
      expect(await work.readyToSign(LANE, NOW, 10, false)).toEqual([{ transaction: state, request: asked }]);
      expect(await views.one(item.id)).toMatchObject({
        client: 'shop',
        request: asked,
        metadata: { order: 1 },
        idempotencyKey: 'order-1',
        revision: 0,
        createdAt: NOW,
        updatedAt: NOW,
        events: [{ at: NOW, type: 'Accepted', from: null, to: 'queued', actor: 'client:shop', detail: null }],
      });
    });

    it.each<[string, Transaction]>([
      ['queued', queued({ retry: { count: 2, dueAt: NOW + 5, lastError: 'unavailable' } })],
      ['queued with a nonce and a wish to cancel', queued({ heldNonce: 3, liveNonce: 3, cancelRequested: true })],
      ['signed', signed({ retry: { count: 0, dueAt: null, lastError: null } })],
      ['broadcast', broadcast({ validUntil: NOW + 1 })],
      ['included', included()],
      [
        'included from failed, without a nonce',
        included({
          heldNonce: null,
          includedFrom: 'failed',
          failureCode: 'would_revert',
          inclusion: inclusion({ kind: 'cancel' }),
        }),
      ],
      ['failed', failed({ liveNonce: null })],
      ['confirmed', settled('confirmed')],
      ['reverted', settled('reverted')],
      ['cancelled', settled('cancelled')],
      ['expired', settled('expired')],
    ])('keeps every column of a row that is %s', async (_, state) => {
      const stored = await put(storage(), 1, state);
      expect((await storage().work.transactions([stored.id])).get(stored.id)).toEqual(stored);
    });

    it('notes when a row moved, and leaves others alone', async () => {
      const { work, views } = storage();
      const moved = await put(storage(), 1, signed());
      const other = await put(storage(), 2, queued());
      await commit(storage(), { at: NOW + 9, transactions: [{ before: moved, after: broadcast({ id: moved.id }) }] });
      expect(await views.one(moved.id)).toMatchObject({
        createdAt: NOW,
        updatedAt: NOW + 9,
        status: 'broadcast',
        version: 3,
      });
      expect((await work.transactions([other.id])).get(other.id)).toEqual(other);
    });

    it('shows the newest revision; metadata and key stay the client’s', async () => {
      const { work, views } = storage();
      const row = await put(storage(), 1, failed({ liveNonce: null }), {
        accepted: { idempotencyKey: 'k', content: content({ metadata: { a: 1 }, idempotencyKey: 'k' }) },
      });
      const edited = request({ to: OTHER as never, valueWei: 9n });
      await commit(storage(), {
        transactions: [{ before: row, after: queued({ id: row.id, revision: 1 }) }],
        revisions: [
          {
            transactionId: row.id,
            number: 1,
            author: 'user:ann',
            reason: 'wrong recipient',
            content: content({ request: edited }),
          },
        ],
      });
      expect(await work.readyToSign(LANE, NOW, 1, false)).toMatchObject([{ request: edited }]);
      expect(await views.one(row.id)).toMatchObject({
        request: edited,
        revision: 1,
        metadata: { a: 1 },
        idempotencyKey: 'k',
      });
      const found = async (to: string) => (await views.page({ to: to as never }, 5, null)).items.map(({ id }) => id);
      expect(await found(OTHER)).toEqual([row.id]);
      expect(await found(request().to as string)).toEqual([]);
    });

    it.each([
      filler(4),
      filler(4, { status: 'open', attemptHash: txHash(4), tries: 3, dueAt: NOW + 1 }),
      filler(4, {
        status: 'included',
        attemptHash: txHash(4),
        inclusion: { block: block(9), hash: txHash(4) },
        dueAt: null,
      }),
      filler(4, {
        status: 'done',
        attemptHash: txHash(4),
        inclusion: { block: block(9), hash: txHash(4) },
        dueAt: null,
      }),
      filler(4, { status: 'lost', dueAt: null }),
    ])('keeps every column of a filler that is $status', async (state) => {
      const stored = await putFiller(storage(), state);
      const row = (await storage().work.forBroadcast([fillerId(4)])).get(fillerId(4));
      expect(row).toMatchObject({ holder: 'filler', filler: stored });
    });

    it('keeps a timeline in the order of writing', async () => {
      const { views } = storage();
      const row = await put(storage(), 1, queued());
      await commit(storage(), {
        events: [event(row.id, { type: 'Signed', detail: { n: 1 } }), event(row.id, { type: 'Published' })],
      });
      await commit(storage(), {
        at: NOW - 5,
        events: [event(row.id, { type: 'Failed', from: 'queued', to: null, actor: 'system' })],
      });
      const shown = await views.one(row.id);
      expect(shown?.events.map(({ type, detail, at }) => ({ type, detail, at }))).toEqual([
        { type: 'Signed', detail: { n: 1 }, at: NOW },
        { type: 'Published', detail: null, at: NOW },
        { type: 'Failed', detail: null, at: NOW - 5 },
      ]);
      expect(shown?.events[2]).toMatchObject({ from: 'queued', to: null, actor: 'system' });
      expect(new Set(shown?.events.map(({ id }) => id)).size).toBe(3);
    });

    it('keeps who did what', async () => {
      const entry = {
        actor: 'user:ann',
        action: 'retry',
        transactionId: transactionId(1),
        reason: 'asked',
        detail: { to: { old: 'a', new: 'b' } },
        requestId: 'r-1',
      };
      const bare = {
        actor: 'user:ann',
        action: 'sign-in',
        transactionId: null,
        reason: null,
        detail: null,
        requestId: null,
      };
      await commit(storage(), { audit: [entry, bare] });
      const { items } = await storage().views.audit(10, null);
      expect(items).toMatchObject([
        { ...bare, at: NOW },
        { ...entry, at: NOW },
      ]);
    });

    it('tells the outside once a commit, and names the row that it left', async () => {
      const { outbox } = storage();
      const wakeUps = [{ signer: LANE, ids: [transactionId(1)], notBefore: NOW + 5 }];
      const letters = [
        { kind: 'put', transactionId: transactionId(1), code: 'would_revert' },
        { kind: 'remove', transactionId: transactionId(2) },
      ] as const;
      const first = await commit(storage(), { wakeUps, letters });
      const second = await commit(storage(), { letters: [letters[1]] });
      expect(await outbox.take(10)).toEqual([
        { sequence: first.outbox, at: NOW, wakeUps, letters },
        { sequence: second.outbox, at: NOW, wakeUps: [], letters: [letters[1]] },
      ]);
    });

    it('changes nothing for an empty change set', async () => {
      await put(storage(), 1, signed());
      const before = await storage().everything();
      const empty = {
        accepted: [],
        revisions: [],
        transactions: [],
        newAttempts: [],
        attempts: [],
        closedAttempts: [],
        newFillers: [],
        fillers: [],
        signers: [],
        chains: [],
        cursors: [],
        events: [],
        wakeUps: [],
        letters: [],
        failures: [],
        audit: [],
      };
      for (const changes of [{}, empty]) {
        expect(await commit(storage(), changes)).toEqual({ kind: 'committed', accepted: [], outbox: null });
      }
      expect(await storage().everything()).toEqual(before);
    });

    it('takes 2,000 transactions in one commit, and moves them in another', async () => {
      const { work } = storage();
      const items = Array.from({ length: 2_000 }, (_, n) => newTransaction(n, { idempotencyKey: `k${n}` }));
      const result = await commit(storage(), { accepted: items, events: items.map(({ id }) => event(id)) });
      expect(result.accepted).toEqual(items.map(({ id }) => ({ kind: 'created', id })));
      const moves = items.map(({ id }, n) => ({
        before: queued({ id, version: 1 }),
        after: queued({ id, heldNonce: n }),
      }));
      await commit(storage(), { transactions: moves });
      expect((await work.lane(LANE)).held).toEqual(items.map(({ id }, nonce) => ({ nonce, holderId: id })));
    });
  });
}
