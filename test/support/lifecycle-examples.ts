import type { EventOf, LifecycleEvent, LifecycleEventType } from '../../src/domain/transaction/event.ts';
import type { Status, Transaction } from '../../src/domain/transaction/transaction.ts';
import { broadcast, failed, included, inclusion, NOW, queued, settled, signed, txHash } from './transactions.ts';

const EXAMPLES: { readonly [T in LifecycleEventType]: EventOf<T> } = {
  NonceReserved: { type: 'NonceReserved', nonce: 7 },
  Signed: { type: 'Signed', hash: txHash(8), kind: 'original', dueAt: null },
  AttemptAdded: { type: 'AttemptAdded', hash: txHash(9), kind: 'replacement', dueAt: NOW },
  Published: { type: 'Published', hash: txHash(7), dueAt: NOW },
  CancelRequested: { type: 'CancelRequested', dueAt: NOW },
  Cancelled: { type: 'Cancelled' },
  Included: { type: 'Included', inclusion: inclusion() },
  Reorged: { type: 'Reorged', dueAt: NOW },
  Confirmed: { type: 'Confirmed' },
  Reverted: { type: 'Reverted' },
  CancelConfirmed: { type: 'CancelConfirmed' },
  NonceLost: { type: 'NonceLost', nonce: 7, dueAt: NOW },
  NonceReleased: {
    type: 'NonceReleased',
    reason: 'cannotSign',
    retry: { count: 1, dueAt: NOW, lastError: 'cannotSign' },
  },
  Failed: { type: 'Failed', failure: { code: 'node_rejected', message: 'No.', nodeMessage: null } },
  Expired: { type: 'Expired' },
  Retried: { type: 'Retried', revision: 1, validUntil: null, dueAt: NOW },
};

/** One event of each type, about nonce 7. */
export const exampleEvent = (type: LifecycleEventType): LifecycleEvent => EXAMPLES[type];

/** A row of each kind that a status has: with and without nonce, live bytes at nonce 7, a wish to cancel, and where it came from. */
export function rowsOf(status: Status): readonly Transaction[] {
  switch (status) {
    case 'queued':
      return [
        queued(),
        queued({ heldNonce: 7 }),
        queued({ liveNonce: 7, attemptHash: txHash(7) }),
        queued({ heldNonce: 7, liveNonce: 7, attemptHash: txHash(7) }),
        queued({ liveNonce: 7, attemptHash: txHash(7), cancelRequested: true }),
        queued({ cancelRequested: true }),
      ];
    case 'signed':
      return [signed(), signed({ cancelRequested: true })];
    case 'broadcast':
      return [broadcast(), broadcast({ cancelRequested: true })];
    case 'included':
      return [
        included(),
        included({ includedFrom: 'queued', heldNonce: null }),
        included({ includedFrom: 'queued' }),
        included({ includedFrom: 'failed', heldNonce: null, failureCode: 'retries_exhausted' }),
        included({ inclusion: inclusion({ kind: 'cancel' }), cancelRequested: true }),
      ];
    case 'failed':
      return [failed(), failed({ liveNonce: null })];
    case 'confirmed':
    case 'reverted':
    case 'cancelled':
    case 'expired':
      return [settled(status)];
  }
}
