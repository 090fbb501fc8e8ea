import { describe, expect, it } from 'vitest';
import { cancelUnsigned } from '../../../../src/domain/decisions/cancel.ts';
import { leaveQueue } from '../../../../src/domain/decisions/leave-queue.ts';
import { retryFailed } from '../../../../src/domain/decisions/retry.ts';
import { STATUSES } from '../../../../src/domain/transaction/transaction.ts';
import { rowsOf } from '../../../support/lifecycle-examples.ts';
import { broadcast, failed, NOW, queued, signed, txHash } from '../../../support/transactions.ts';

const bytes = { liveNonce: 7, attemptHash: txHash(7) };
const wish = { cancelRequested: true };
const past = { validUntil: NOW };

describe('who must leave the queue', () => {
  it.each([
    ['nobody without a reason', queued(), null],
    ['not before validUntil', queued({ validUntil: NOW + 1 }), null],
    ['at validUntil', queued(past), 'expired'],
    ['after it', queued({ validUntil: NOW - 1 }), 'expired'],
    ['with the nonce that it holds', queued({ ...past, heldNonce: 7 }), 'expired'],
    ['as failed where an attempt may be mined', queued({ ...past, ...bytes }), 'failed'],
    ['as failed where it holds its nonce', queued({ ...past, ...bytes, heldNonce: 7 }), 'failed'],
    ['cancelled, where nothing can be mined any more', queued(wish), 'cancelled'],
    ['cancelled rather than expired', queued({ ...wish, ...past }), 'cancelled'],
    ['not while its cancel bytes must be signed', queued({ ...wish, ...bytes }), null],
    ['failed where they may not be signed any more', queued({ ...wish, ...bytes, ...past }), 'failed'],
    ['not once it is signed', signed({ ...past, ...wish }), null],
    ['not once it is sent', broadcast({ ...past, ...wish }), null],
  ] as const)('%s', (_, row, to) => {
    const decision = leaveQueue(row, NOW);
    expect(decision?.after.status ?? null).toBe(to);
    if (decision === null) return;
    expect(decision.after).toMatchObject({ heldNonce: null, liveNonce: row.liveNonce, retry: { dueAt: null } });
    if (to === 'failed') expect(decision.failure?.code).toBe('expired');
  });

  it('asks nothing of a row that is not queued', () => {
    for (const status of STATUSES.filter((each) => each !== 'queued'))
      for (const row of rowsOf(status)) expect(leaveQueue({ ...row, ...past }, NOW)).toBeNull();
  });
});

describe('a cancel before anything was signed', () => {
  it('is done at once, and frees the nonce', () => {
    const decision = cancelUnsigned(queued({ heldNonce: 7 }), { actor: 'client' });
    expect(decision?.after).toMatchObject({ status: 'cancelled', heldNonce: null, inclusion: null });
    expect(decision?.timeline).toEqual([
      { type: 'Cancelled', from: 'queued', to: 'cancelled', detail: { actor: 'client' } },
    ]);
  });
  it('is refused where bytes are live, and for every other status', () => {
    expect(cancelUnsigned(queued(bytes), null)).toBeNull();
    for (const status of STATUSES.filter((each) => each !== 'queued'))
      for (const row of rowsOf(status)) expect(cancelUnsigned(row, null)).toBeNull();
  });
});

describe('an operator’s retry', () => {
  const command = { revision: 2, validUntil: NOW + 5, now: NOW };
  it('starts anew, with the bytes still on record', () => {
    const used = failed({ retry: { count: 16, dueAt: null, lastError: 'unavailable' }, ...wish });
    expect(retryFailed(used, command, null)?.after).toEqual(
      queued({ ...bytes, revision: 2, validUntil: NOW + 5, retry: { count: 0, dueAt: NOW, lastError: null } }),
    );
  });
  it('is for failed rows alone', () => {
    for (const status of STATUSES.filter((each) => each !== 'failed'))
      for (const row of rowsOf(status)) expect(retryFailed(row, command, null)).toBeNull();
  });
});
