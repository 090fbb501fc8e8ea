import { describe, expect, it } from 'vitest';
import { lookAgain, type LookFacts, type Sighting } from '../../../../src/domain/decisions/look-again.ts';
import { rowsOf } from '../../../support/lifecycle-examples.ts';
import { broadcast, NOW, signed, TRY, txHash } from '../../../support/transactions.ts';

interface Changes {
  readonly looks?: number;
  readonly taken?: boolean;
  readonly othersMove?: boolean;
}
const facts = (sighting: Sighting, { looks = 0, taken = true, othersMove = true }: Changes = {}): LookFacts => ({
  ...TRY,
  sighting,
  attempt: { hash: txHash(7), nonce: 7, publishedAt: taken ? NOW - 60_000 : null, unknownLooks: looks },
  lookAgainMs: 15_000,
  othersMove,
});
const retry = { count: 4, dueAt: NOW, lastError: 'unavailable' } as const;

describe('bytes that a node knows', () => {
  it.each(['mined', 'pending'] as const)('%s: as good as the answer that was lost', (sighting) => {
    const look = lookAgain(signed({ retry }), facts(sighting, { looks: 2 }));
    expect(look).toMatchObject({ resend: false, unknownLooks: 0 });
    expect(look.decision?.after).toEqual(broadcast({ retry: { count: 4, dueAt: NOW + 15_000, lastError: null } }));
  });
  it.each(['mined', 'pending'] as const)('%s: looked at again later, without a word', (sighting) => {
    const look = lookAgain(broadcast({ retry }), facts(sighting, { looks: 2 }));
    expect(look).toMatchObject({ resend: false, unknownLooks: 0, decision: { timeline: [] } });
    expect(look.decision?.after).toEqual(broadcast({ retry: { ...retry, dueAt: NOW + 15_000 } }));
  });
});

describe('a node that does not answer', () => {
  it('counts while it is not known to have the bytes', () => {
    const { decision, resend } = lookAgain(signed(), facts('unanswered', { taken: false }));
    expect(resend).toBe(false);
    expect(decision?.after).toEqual(signed({ retry: { count: 1, dueAt: NOW + 25_000, lastError: 'unavailable' } }));
  });
  it('fails the row in the end', () => {
    const last = signed({ retry: { ...retry, count: 16 } });
    expect(lookAgain(last, facts('unanswered')).decision?.after).toMatchObject({
      status: 'failed',
      failureCode: 'retries_exhausted',
    });
  });
  it('asks for nothing but patience once it has them', () => {
    const last = broadcast({ retry: { ...retry, count: 16 } });
    expect(lookAgain(last, facts('unanswered')).decision?.after).toEqual(
      broadcast({ retry: { ...retry, count: 16, dueAt: NOW + 15_000 } }),
    );
  });
  it.each([signed(), broadcast()])('says nothing of the bytes: $status', (row) => {
    expect(lookAgain(row, facts('unanswered', { looks: 2 })).unknownLooks).toBe(2);
  });
});

describe('bytes that the node does not know', () => {
  it.each([
    ['were never taken', { taken: false }],
    ['may wait like all others of the signer', { othersMove: false }],
  ])('are sent again where they %s, and nothing is concluded', (_, changes) => {
    for (const row of [signed(), broadcast()]) {
      const look = lookAgain(row, facts('unknown', { looks: 2, ...changes }));
      expect(look).toEqual({ decision: null, resend: true, unknownLooks: 2 });
    }
  });
  it.each([
    [0, { status: 'broadcast', heldNonce: 7 }, true, 1],
    [1, { status: 'broadcast', heldNonce: 7 }, true, 2],
    [2, { status: 'queued', heldNonce: null, liveNonce: 7 }, false, 0],
  ])('and were taken, while others move: look %i counts', (looks, after, resend, unknownLooks) => {
    const look = lookAgain(broadcast({ retry }), facts('unknown', { looks }));
    expect(look).toMatchObject({ resend, unknownLooks });
    expect(look.decision?.after).toMatchObject({ ...after, retry: { count: 5, lastError: 'evicted' } });
  });
  it('fail the row when its retries are used up, and are not sent then', () => {
    const look = lookAgain(broadcast({ retry: { ...retry, count: 16 } }), facts('unknown'));
    expect(look.resend).toBe(false);
    expect(look.decision?.after).toMatchObject({ status: 'failed', failureCode: 'retries_exhausted', liveNonce: 7 });
  });
});

describe('a row that moved on', () => {
  const sightings: readonly Sighting[] = ['mined', 'pending', 'unknown', 'unanswered'];
  it.each(['queued', 'included', 'failed', 'confirmed', 'reverted', 'cancelled', 'expired'] as const)(
    '%s: nothing is decided and nothing sent',
    (status) => {
      for (const row of rowsOf(status))
        for (const sighting of sightings)
          expect(lookAgain(row, facts(sighting))).toMatchObject({ decision: null, resend: false });
    },
  );
  it('has newer bytes, or another nonce', () => {
    for (const row of [broadcast({ attemptHash: txHash(8) }), signed({ heldNonce: 8 })])
      for (const sighting of sightings)
        expect(lookAgain(row, facts(sighting))).toMatchObject({ decision: null, resend: false });
  });
});
