import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../../src/domain/transaction/transaction.ts';
import { viewOfNew } from '../../../../src/application/view-of-new.ts';
import { fresh, type OpenStorage } from '../../../support/storage.ts';
import {
  commit,
  content,
  event,
  newAttempt,
  newTransaction,
  put,
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

export function detailSuite(open: OpenStorage): void {
  const storage = fresh(open);
  const one = (n: number, client?: string) => storage().views.one(transactionId(n), client);

  describe('a transaction', () => {
    it('is shown just as it was accepted until it moves: the answer to a POST is made without a read', async () => {
      const accepted = newTransaction(1, {
        idempotencyKey: 'k',
        validUntil: NOW + 9,
        content: content({
          request: request({ to: null, data: '0xabcdef' }),
          metadata: { a: [1] },
          idempotencyKey: 'k',
        }),
      });
      await commit(storage(), { accepted: [accepted] });
      const { attempts, events, ...shown } = (await storage().views.one(accepted.id, 'shop')) ?? {};
      expect(shown).toEqual(viewOfNew(accepted, NOW));
      expect(attempts).toEqual([]);
      expect(events).toEqual([]);
    });

    it('is shown whole, with attempts in the order of signing and events in the order of writing', async () => {
      const asked = request({ data: '0xabcdef', gasLimit: 50_000n, maxFeePerGasWei: 9n, maxPriorityFeePerGasWei: 1n });
      const state = broadcast({
        validUntil: NOW + 9,
        cancelRequested: true,
        retry: { count: 2, dueAt: NOW + 1, lastError: 'poolFull' },
      });
      const row = await put(storage(), 1, state, {
        accepted: {
          idempotencyKey: 'k',
          content: content({ request: asked, metadata: { a: [1] }, idempotencyKey: 'k' }),
        },
        attempt: { signedAt: NOW + 1 },
        at: NOW - 7,
      });
      await commit(storage(), {
        newAttempts: [
          newAttempt(1, {
            hash: txHash(3),
            nonce: 7,
            kind: 'cancel',
            revision: 1,
            signedAt: NOW,
            maxFeePerGasWei: 99n,
          }),
        ],
        attempts: [{ hash: txHash(7), publishedAt: NOW + 2, error: { class: 'poolFull', message: 'full' } }],
        events: [event(row.id), event(row.id, { type: 'Signed', from: 'queued', to: 'signed', actor: 'system' })],
      });
      const attempt = {
        revision: 0,
        nonce: 7,
        maxFeePerGasWei: 30n,
        maxPriorityFeePerGasWei: 2n,
        publishedAt: null,
        outcome: 'live',
        error: null,
      };
      const shown = await one(1, 'shop');
      expect(shown).toEqual({
        id: row.id,
        client: 'shop',
        version: 2,
        status: 'broadcast',
        chainId: row.chainId,
        from: row.signer,
        request: asked,
        nonce: 7,
        hash: txHash(7),
        retry: row.retry,
        failure: null,
        settled: false,
        closed: null,
        block: null,
        cancelRequested: true,
        revision: 0,
        metadata: { a: [1] },
        validUntil: NOW + 9,
        idempotencyKey: 'k',
        createdAt: NOW - 7,
        updatedAt: NOW - 7,
        attempts: [
          { ...attempt, kind: 'cancel', hash: txHash(3), revision: 1, signedAt: NOW, maxFeePerGasWei: 99n },
          {
            ...attempt,
            kind: 'original',
            hash: txHash(7),
            signedAt: NOW + 1,
            publishedAt: NOW + 2,
            error: { class: 'poolFull', message: 'full' },
          },
        ],
        events: [
          {
            id: expect.stringMatching(/^\d+$/) as unknown,
            at: NOW,
            type: 'Accepted',
            from: null,
            to: 'queued',
            actor: 'client:shop',
            detail: null,
          },
          {
            id: expect.stringMatching(/^\d+$/) as unknown,
            at: NOW,
            type: 'Signed',
            from: 'queued',
            to: 'signed',
            actor: 'system',
            detail: null,
          },
        ],
      });
    });

    it('is its client’s own: another sees nothing', async () => {
      await put(storage(), 1, queued());
      await put(storage(), 2, queued(), { accepted: { client: 'bank' } });
      expect(await one(1, 'shop')).toMatchObject({ client: 'shop' });
      expect(await one(1, 'bank')).toBeNull();
      expect(await one(1, '')).toBeNull();
      expect(await one(1)).toMatchObject({ id: transactionId(1) });
      expect(await one(99)).toBeNull();
    });

    it('shows what was mined, once that is final, and not the newest edit (rule 12)', async () => {
      const [first, second] = [request({ valueWei: 1n }), request({ valueWei: 2n })];
      const row = await put(storage(), 1, failed(), {
        accepted: { content: content({ request: first, metadata: { m: 1 } }) },
      });
      const edited = queued({ id: row.id, revision: 1, liveNonce: 7, attemptHash: txHash(7) });
      await commit(storage(), {
        transactions: [{ before: row, after: edited }],
        revisions: [
          { transactionId: row.id, number: 1, author: 'user:ann', reason: 'r', content: content({ request: second }) },
        ],
      });
      expect(await one(1)).toMatchObject({ revision: 1, request: second, metadata: { m: 1 } });
      const mined = settled('confirmed', { id: row.id, revision: 0, inclusion: inclusion({ revision: 0 }) });
      await commit(storage(), { transactions: [{ before: { ...edited, version: 3 }, after: mined }] });
      expect(await one(1)).toMatchObject({ revision: 0, request: first, block: block(40) });
    });

    it.each<[string, Transaction, number | null, string | null]>([
      ['none', queued(), null, null],
      ['the held one, before anything is signed', queued({ heldNonce: 5 }), 5, null],
      ['the held one, over that of older bytes', queued({ heldNonce: 5, attemptHash: txHash(7) }), 5, txHash(7)],
      ['the newest attempt’s, where none is held', failed(), 7, txHash(7)],
      [
        'the mined attempt’s',
        included({ attemptHash: txHash(9), inclusion: inclusion({ hash: txHash(7) }) }),
        7,
        txHash(7),
      ],
      ['the mined attempt’s, over a held one', included({ heldNonce: 3 }), 7, txHash(7)],
    ])('has as its nonce and hash: %s', async (_, state, nonce, hash) => {
      await put(storage(), 1, state, { attempt: { hash: txHash(7), nonce: 7 } });
      expect(await one(1)).toMatchObject({ nonce, hash });
    });

    it.each<[boolean, Transaction]>([
      [false, queued()],
      [false, signed()],
      [false, broadcast()],
      [false, included()],
      [false, failed()],
      [true, failed({ liveNonce: null })],
      [true, settled('confirmed')],
      [true, settled('reverted')],
      [true, settled('cancelled')],
      [true, settled('expired')],
    ])('is settled: %s for %o', async (isSettled, state) => {
      await put(storage(), 1, state);
      expect(await one(1)).toMatchObject({ status: state.status, settled: isSettled });
    });

    it('tells of its failure only while it is failed', async () => {
      const row = await put(storage(), 1, failed());
      const failures = [
        { kind: 'opened', transactionId: row.id, code: 'retries_exhausted', message: 'No.', nodeMessage: 'n' },
      ] as const;
      await commit(storage(), { failures });
      expect(await one(1)).toMatchObject({ failure: { code: 'retries_exhausted', message: 'No.', nodeMessage: 'n' } });
      const late = included({ id: row.id, heldNonce: null, includedFrom: 'failed', failureCode: 'retries_exhausted' });
      await commit(storage(), { transactions: [{ before: row, after: late }] });
      expect(await one(1)).toMatchObject({ status: 'included', failure: null, block: block(40) });
    });
  });

  describe('many transactions', () => {
    it('come in the order of the ids, without unknown ones', async () => {
      for (const n of [1, 2, 3]) await put(storage(), n, queued(), { accepted: { client: `client ${n}` } });
      const views = await storage().views.many([3, 9, 1, 2].map(transactionId));
      expect(views.map(({ id }) => id)).toEqual([3, 1, 2].map(transactionId));
      expect(views[0]).toMatchObject({ client: 'client 3' });
      expect(views[0]).not.toHaveProperty('events');
      expect(await storage().views.many([])).toEqual([]);
    });
  });
}
