import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayForget, type ForgetFacts } from '../../../../src/domain/retention/may-forget.ts';
import { STATUSES } from '../../../../src/domain/transaction/transaction.ts';

const over: ForgetFacts = {
  status: 'confirmed',
  liveNonce: null,
  anyLive: false,
  holdsNonce: false,
  updatedAt: 99,
  failure: null,
};
const closed = { state: 'closed', closedAt: 99 } as const;

it.each<readonly [string, boolean, Partial<ForgetFacts>]>([
  ['confirmed', true, {}],
  ['changed at the very time', false, { updatedAt: 100 }],
  ['with a live nonce', false, { liveNonce: 3 }],
  ['with a live attempt that its row does not know', false, { anyLive: true }],
  ['holding a nonce', false, { holdsNonce: true }],
  ['with an open failure', false, { failure: { state: 'open', closedAt: null } }],
  ['with a resolved failure', true, { failure: { state: 'resolved', closedAt: null } }],
  ['failed', false, { status: 'failed' }],
  ['failed and open', false, { status: 'failed', failure: { state: 'open', closedAt: null } }],
  ['failed and closed', true, { status: 'failed', failure: closed }],
  ['failed and closed, with a live nonce', false, { status: 'failed', failure: closed, liveNonce: 3 }],
  ['failed and closed a moment ago', false, { status: 'failed', failure: { state: 'closed', closedAt: 100 } }],
])('%s: %s', (_, forgotten, changes) => {
  expect(mayForget({ ...over, ...changes }, 100)).toBe(forgotten);
});

it('never forgets what somebody still works on, or may have to', () => {
  const facts = fc.record({
    status: fc.constantFrom(...STATUSES),
    liveNonce: fc.option(fc.nat()),
    anyLive: fc.boolean(),
    holdsNonce: fc.boolean(),
    updatedAt: fc.nat(200),
    failure: fc.option(
      fc.record({
        state: fc.constantFrom('open' as const, 'resolved' as const, 'closed' as const),
        closedAt: fc.option(fc.nat(200)),
      }),
    ),
  });
  fc.assert(
    fc.property(facts, (one) => {
      if (!mayForget(one, 100)) return;
      expect(['confirmed', 'reverted', 'cancelled', 'expired', 'failed']).toContain(one.status);
      expect([one.liveNonce, one.anyLive, one.holdsNonce]).toEqual([null, false, false]);
      expect(one.failure?.state).not.toBe('open');
      expect(one.updatedAt).toBeLessThan(100);
    }),
  );
});
