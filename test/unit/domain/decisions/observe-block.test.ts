import { describe, expect, it } from 'vitest';
import { undecided } from '../../../../src/domain/decisions/decision.ts';
import {
  observeFinality,
  observeInclusion,
  observeNonceLost,
  observeReorg,
} from '../../../../src/domain/decisions/observe-block.ts';
import { STATUSES, type Status } from '../../../../src/domain/transaction/transaction.ts';
import { rowsOf } from '../../../support/lifecycle-examples.ts';
import {
  block,
  broadcast,
  failed,
  included,
  inclusion,
  NOW,
  queued,
  signed,
  txHash,
} from '../../../support/transactions.ts';

const bytes = { liveNonce: 7, attemptHash: txHash(7) };
const others = (...statuses: readonly Status[]) =>
  STATUSES.filter((status) => !statuses.includes(status)).flatMap((status) => rowsOf(status));

describe('bytes in a block', () => {
  it.each([
    [queued(bytes), 'queued'],
    [queued({ ...bytes, heldNonce: 7 }), 'queued'],
    [signed(), 'broadcast'],
    [broadcast(), 'broadcast'],
    [failed(), 'failed'],
  ] as const)('include the row and remember where a reorg takes it back to', (row, includedFrom) => {
    const decision = observeInclusion(row, inclusion());
    expect(decision?.after).toMatchObject({ status: 'included', includedFrom, inclusion: inclusion() });
    expect(decision?.timeline).toMatchObject([{ type: 'Included', detail: { block: 40, hash: txHash(7) } }]);
  });
  it('say nothing of a row that is included or settled', () => {
    for (const row of others('queued', 'signed', 'broadcast', 'failed'))
      expect(observeInclusion(row, inclusion())).toBeNull();
  });
});

describe('a block that is gone', () => {
  it.each([
    [included(), broadcast()],
    [included({ includedFrom: 'queued', heldNonce: null }), queued(bytes)],
    [
      included({ includedFrom: 'failed', heldNonce: null, failureCode: 'expired' }),
      failed({ failureCode: 'expired', retry: { count: 0, dueAt: null, lastError: null } }),
    ],
  ])('takes the row back to where it came from', (row, back) => {
    expect(observeReorg(row, block(40), NOW)?.after).toEqual(back);
  });
  it('says nothing of others', () => {
    for (const row of others('included')) expect(observeReorg(row, block(40), NOW)).toBeNull();
  });
});

describe('a block that is final', () => {
  it.each([
    ['original', true, 'confirmed'],
    ['original', false, 'reverted'],
    ['replacement', true, 'confirmed'],
    ['replacement', false, 'reverted'],
    ['cancel', true, 'cancelled'],
    ['cancel', false, 'cancelled'],
  ] as const)('with %s bytes, succeeded: %s: %s', (kind, succeeded, status) => {
    const decision = observeFinality(undecided(included({ inclusion: inclusion({ kind }) })), succeeded);
    expect(decision?.after).toMatchObject({ status, inclusion: { kind }, heldNonce: null, liveNonce: null });
    expect(decision?.effects.attempts).toBe('settle');
  });
  it('goes on from what the same commit decided', () => {
    const seen = observeInclusion(broadcast(), inclusion());
    const decision = seen && observeFinality(seen, true);
    expect(decision).toMatchObject({ before: seen?.before, after: { status: 'confirmed' } });
    expect(decision?.timeline.map(({ type }) => type)).toEqual(['Included', 'Confirmed']);
  });
  it('says nothing of others', () => {
    for (const row of others('included')) expect(observeFinality(undecided(row), true)).toBeNull();
  });
});

describe('a nonce that is final under other bytes', () => {
  it.each([
    [signed(), 'queued'],
    [broadcast(), 'queued'],
    [queued(bytes), 'queued'],
    [queued({ ...bytes, heldNonce: 7 }), 'queued'],
    [failed(), 'failed'],
  ] as const)('writes the attempts off', (row, status) => {
    const decision = observeNonceLost(row, 8, NOW);
    expect(decision?.after).toMatchObject({ status, heldNonce: null, liveNonce: null });
    expect(decision?.effects.attempts).toBe('writeOff');
    expect(decision?.timeline).toMatchObject([{ type: 'NonceLost', detail: { nonce: 7 } }]);
  });
  it('is one that the count is past', () => {
    expect(observeNonceLost(broadcast(), 7, NOW)).toBeNull();
    expect(observeNonceLost(broadcast(), 6, NOW)).toBeNull();
    expect(observeNonceLost(broadcast(), 900, NOW)).not.toBeNull();
  });
  it('says nothing of rows that are in a block, settled, or never signed', () => {
    for (const row of [...others('queued', 'signed', 'broadcast', 'failed'), queued(), queued({ heldNonce: 7 })])
      expect(observeNonceLost(row, 900, NOW)).toBeNull();
  });
});
