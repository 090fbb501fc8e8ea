import { describe, expect, it } from 'vitest';
import { changesOf, wakeUpsFor } from '../../../src/application/changes-of.ts';
import { decide, undecided, wait, type Decision } from '../../../src/domain/decisions/decision.ts';
import { fail } from '../../../src/domain/decisions/fail.ts';
import {
  observeFinality,
  observeInclusion,
  observeNonceLost,
  observeReorg,
} from '../../../src/domain/decisions/observe-block.ts';
import { retryFailed } from '../../../src/domain/decisions/retry.ts';
import type { Address, TransactionId } from '../../../src/domain/primitives.ts';
import { LANE, transactionId } from '../../support/stored.ts';
import {
  block,
  broadcast,
  failed,
  included,
  inclusion,
  NOW,
  queued,
  SIGNER,
  signed,
  txHash,
} from '../../support/transactions.ts';

const must = (decision: Decision | null): Decision => {
  if (decision === null) throw new Error('the table refuses it');
  return decision;
};
const id = queued().id;

describe('what a decision writes', () => {
  it('the move, an event for each step of it by whoever did it, and nothing that nobody decided', () => {
    const decision = must(decide(queued(), { type: 'NonceReserved', nonce: 7 }, { nonce: 7 }));
    expect(changesOf([decision], 'user:ada')).toEqual({
      transactions: [{ before: decision.before, after: decision.after }],
      events: [
        {
          transactionId: id,
          type: 'NonceReserved',
          from: 'queued',
          to: 'queued',
          detail: { nonce: 7 },
          actor: 'user:ada',
        },
      ],
      closedAttempts: [],
      failures: [],
      letters: [],
      wakeUps: [],
    });
  });

  it('a failure: a row in the table of failures, and a letter', () => {
    const decision = must(fail(broadcast(), 'node_rejected', 'intrinsic gas too low'));
    expect(changesOf([decision])).toMatchObject({
      failures: [{ kind: 'opened', transactionId: id, code: 'node_rejected', nodeMessage: 'intrinsic gas too low' }],
      letters: [{ kind: 'put', transactionId: id, code: 'node_rejected' }],
      closedAttempts: [],
    });
  });

  it('a retry: the failure is resolved, its letter goes, the lane is woken', () => {
    const command = { revision: 0, validUntil: null, now: NOW };
    const decision = must(retryFailed(failed(), command, null));
    expect(changesOf([decision])).toMatchObject({
      failures: [{ kind: 'resolved', transactionId: id }],
      letters: [{ kind: 'remove', transactionId: id }],
      wakeUps: [{ signer: LANE, ids: [id] }],
    });
  });

  it('a late inclusion resolves the failure; a reorg opens it again, letter and all', () => {
    const late = must(observeInclusion(failed(), inclusion()));
    expect(changesOf([late])).toMatchObject({
      failures: [{ kind: 'resolved' }],
      letters: [{ kind: 'remove' }],
      closedAttempts: [],
    });
    const row = included({ includedFrom: 'failed', failureCode: 'retries_exhausted', heldNonce: null });
    const back = must(observeReorg(row, block(40), NOW));
    expect(changesOf([back])).toMatchObject({
      failures: [{ kind: 'reopened', transactionId: id }],
      letters: [{ kind: 'put', transactionId: id, code: 'retries_exhausted' }],
    });
  });

  it.each([
    [true, 'confirmed'],
    [false, 'reverted'],
  ] as const)('finality (succeeded: %s) closes its attempts, the mined one as %s', (succeeded, outcome) => {
    const decision = must(observeFinality(undecided(included()), succeeded));
    expect(changesOf([decision]).closedAttempts).toEqual([{ holderId: id, mined: { hash: txHash(7), outcome } }]);
  });

  it('a lost nonce writes its attempts off: none of them was mined', () => {
    const decision = must(observeNonceLost(broadcast(), 8, NOW));
    expect(changesOf([decision])).toMatchObject({ closedAttempts: [{ holderId: id, mined: null }] });
  });

  it('waiting as it is leaves no failure and no letter', () => {
    const decision = wait(signed(), { count: 1, dueAt: NOW + 1, lastError: 'unavailable' });
    expect(changesOf([decision])).toMatchObject({
      events: [{ type: 'RetryScheduled', detail: { reason: 'unavailable', retry: 1 } }],
      failures: [],
      letters: [],
    });
  });
});

describe('wake-ups', () => {
  const other = { ...LANE, address: `0x${'ef'.repeat(20)}` as Address };
  const holders = (count: number, signer = LANE): { id: TransactionId; signer: typeof LANE }[] =>
    Array.from({ length: count }, (_, n) => ({ id: transactionId(n), signer }));

  it('go one to a signer, in the order of their coming', () => {
    const mixed = [...holders(2), ...holders(1, other), ...holders(1)];
    expect(wakeUpsFor(mixed)).toEqual([
      {
        signer: { chainId: LANE.chainId, address: SIGNER },
        ids: [transactionId(0), transactionId(1), transactionId(0)],
      },
      { signer: other, ids: [transactionId(0)] },
    ]);
  });

  it('carry 500 ids at most: what a message may hold', () => {
    expect(wakeUpsFor(holders(1_001)).map(({ ids }) => ids.length)).toEqual([500, 500, 1]);
  });
});
