import { describe, expect, it } from 'vitest';
import type { TransactionFilter } from '../../../../src/application/ports/views.ts';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import { fresh, type OpenStorage, type Storage } from '../../../support/storage.ts';
import {
  CHAIN,
  commit,
  content,
  filler,
  newAttempt,
  put,
  putFiller,
  RECIPIENT,
  request,
  transactionId,
} from '../../../support/stored.ts';
import {
  broadcast,
  failed,
  included,
  NOW,
  queued,
  settled,
  signed,
  SIGNER,
  txHash,
} from '../../../support/transactions.ts';

const OTHER = `0x${'99'.repeat(20)}` as Address;
const at = (nonce: number) => ({ heldNonce: nonce, liveNonce: nonce, attemptHash: txHash(nonce) });

/** Numbered 1 to 9, accepted one after the other, each different from the others in something. */
async function populate(storage: Storage): Promise<void> {
  const to = (address: Address | null, key: string | null = null) => ({
    idempotencyKey: key,
    content: content({ request: request({ to: address }), idempotencyKey: key }),
  });
  await put(storage, 1, queued({ heldNonce: 5 }), { at: NOW + 1, accepted: to(OTHER, '17') });
  await put(storage, 2, signed(at(2)), { at: NOW + 2, accepted: { client: 'bank', ...to(RECIPIENT, '17') } });
  await put(storage, 3, broadcast({ ...at(17), signer: OTHER }), { at: NOW + 3, accepted: to(RECIPIENT) });
  await put(storage, 4, included({ ...at(4), chainId: 1 as ChainId }), { at: NOW + 4, accepted: to(null) });
  await put(storage, 5, failed({ liveNonce: 5, attemptHash: txHash(5) }), {
    at: NOW + 5,
    accepted: { client: 'bank' },
  });
  await put(storage, 6, failed({ liveNonce: null, failureCode: 'would_revert' }), { at: NOW + 6 });
  await put(storage, 7, settled('confirmed', { attemptHash: txHash(77) }), { at: NOW + 7, attempt: { nonce: 17 } });
  await put(storage, 8, settled('expired'), { at: NOW + 8, accepted: { client: 'bank' } });
  const late = included({
    heldNonce: null,
    liveNonce: 9,
    attemptHash: txHash(9),
    includedFrom: 'failed',
    failureCode: 'would_revert',
  });
  await put(storage, 9, late, { at: NOW + 9, attempt: { nonce: 9 } });
  const closed = { transactionId: transactionId(6), code: 'would_revert', message: 'm', nodeMessage: null } as const;
  await commit(storage, {
    failures: [
      { kind: 'opened', ...closed },
      { kind: 'closed', transactionId: closed.transactionId, by: 'user:ann', reason: 'r' },
    ],
  });
  await commit(storage, { newAttempts: [newAttempt(2, { hash: txHash(22), nonce: 17, kind: 'replacement' })] });
  await putFiller(storage, filler(30, { status: 'open', attemptHash: txHash(30) }));
}

const CASES: readonly (readonly [TransactionFilter, readonly number[]])[] = [
  [{}, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
  [{ client: 'bank' }, [8, 5, 2]],
  [{ client: 'nobody' }, []],
  [{ statuses: ['failed'] }, [6, 5]],
  [{ statuses: ['confirmed', 'failed', 'queued', 'failed'] }, [7, 6, 5, 1]],
  [{ statuses: [] }, [9, 8, 7, 6, 5, 4, 3, 2, 1]],
  [{ chainId: 1 as ChainId }, [4]],
  [{ from: OTHER }, [3]],
  [{ to: OTHER }, [1]],
  [{ to: RECIPIENT, from: OTHER }, [3]],
  [{ hash: txHash(2) }, [2]],
  [{ hash: txHash(22) }, [2]],
  [{ hash: txHash(30) }, []],
  [{ hash: txHash(999) }, []],
  [{ nonce: 17 }, [7, 3, 2]],
  [{ nonce: 5 }, [5, 1]],
  [{ nonce: 30 }, []],
  [{ errorCode: 'would_revert' }, [6]],
  [{ errorCode: 'retries_exhausted' }, [5]],
  [{ closed: true }, [6]],
  [{ closed: true, statuses: ['confirmed'] }, []],
  [{ closed: false }, [9, 8, 7, 5, 4, 3, 2, 1]],
  [{ closed: false, statuses: ['failed'] }, [5]],
  [{ idempotencyKey: '17' }, [2, 1]],
  [{ idempotencyKey: '17', client: 'bank' }, [2]],
  [{ idempotencyKey: '17', client: 'nobody' }, []],
  [{ createdAfter: NOW + 6 }, [9, 8, 7]],
  [{ createdBefore: NOW + 3 }, [2, 1]],
  [{ createdAfter: NOW + 3, createdBefore: NOW + 6 }, [5, 4]],
  [{ q: transactionId(4) }, [4]],
  [{ q: ` ${transactionId(4).toUpperCase()} ` }, [4]],
  [{ q: txHash(22) }, [2]],
  [{ q: txHash(77).toUpperCase().replace('0X', '0x') }, [7]],
  [{ q: OTHER }, [3, 1]],
  [{ q: OTHER.toUpperCase().replace('0X', '0x') }, [3, 1]],
  [{ q: '17' }, [7, 3, 2, 1]],
  [{ q: '17', client: 'bank' }, [2]],
  [{ q: '17', statuses: ['confirmed', 'queued'] }, [7, 1]],
  [{ q: 'x' }, []],
  [{ q: '' }, []],
  [{ q: "' OR 1=1 --" }, []],
  [{ q: '%' }, []],
  [{ client: 'bank', statuses: ['failed', 'expired', 'queued'] }, [8, 5]],
  [{ client: 'shop', statuses: ['confirmed'] }, [7]],
  [{ client: 'bank', statuses: ['confirmed'] }, []],
  [
    {
      client: 'shop',
      statuses: ['queued'],
      chainId: CHAIN,
      from: SIGNER,
      to: OTHER,
      nonce: 5,
      createdAfter: NOW,
      createdBefore: NOW + 2,
    },
    [1],
  ],
  [{ client: 'bank', hash: txHash(2), statuses: ['broadcast'] }, []],
  [{ errorCode: 'would_revert', statuses: ['included'] }, []],
];

export function filterSuite(open: OpenStorage): void {
  const storage = fresh(open);

  describe('a list', () => {
    it('shows what its filter lets through, newest first', async () => {
      await populate(storage());
      for (const [filter, numbers] of CASES) {
        const { items, next } = await storage().views.page(filter, 50, null);
        expect({ filter, ids: items.map(({ id }) => id) }).toEqual({ filter, ids: numbers.map(transactionId) });
        expect(next).toBeNull();
      }
    });

    it('gives the same row by row as in one page', async () => {
      await populate(storage());
      for (const [filter, numbers] of CASES) {
        const found: string[] = [];
        let after = null;
        do {
          const page = await storage().views.page(filter, 1, after);
          found.push(...page.items.map(({ id }) => id));
          after = page.next;
        } while (after !== null);
        expect({ filter, found }).toEqual({ filter, found: numbers.map(transactionId) });
      }
    });

    it('follows an edit of the recipient', async () => {
      const row = await put(storage(), 1, failed({ liveNonce: null }));
      await commit(storage(), {
        transactions: [{ before: row, after: queued({ id: row.id, revision: 1 }) }],
        revisions: [
          {
            transactionId: row.id,
            number: 1,
            author: 'user:ann',
            reason: 'r',
            content: content({ request: request({ to: null }) }),
          },
        ],
      });
      expect((await storage().views.page({ to: RECIPIENT }, 5, null)).items).toEqual([]);
    });
  });
}
