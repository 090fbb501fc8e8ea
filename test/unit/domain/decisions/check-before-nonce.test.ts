import { describe, expect, it } from 'vitest';
import {
  checkBeforeNonce,
  withHeadroom,
  type Checked,
  type CheckFacts,
} from '../../../../src/domain/decisions/check-before-nonce.ts';
import { NODE_ERROR_CLASSES, type NodeErrorClass } from '../../../../src/domain/node-answer/node-error-class.ts';
import type { Decision } from '../../../../src/domain/decisions/decision.ts';
import type { Queued } from '../../../../src/domain/transaction/transaction.ts';
import { NOW, queued, TRY } from '../../../support/transactions.ts';

const facts = (name: NodeErrorClass, lowerOpen = false): CheckFacts => ({
  ...TRY,
  estimate: { kind: 'error', class: name, message: `words for ${name}`, reason: 'Not enough tokens.' },
  lowerOpen,
  pauseMs: 2_000,
});
const notYet = (checked: Checked): Decision | null => {
  if (checked.kind !== 'notYet') throw new Error('it is ready');
  return checked.decision;
};
const check = (name: NodeErrorClass, lowerOpen = false, row: Queued = queued()): Decision | null =>
  notYet(checkBeforeNonce(row, facts(name, lowerOpen)));

describe('before a nonce is given out', () => {
  it('is ready with the gas that was estimated', () => {
    const estimate = { kind: 'gas', gasLimit: 50_000n } as const;
    expect(checkBeforeNonce(queued(), { ...facts('unknown'), estimate })).toEqual({ kind: 'ready', gasLimit: 50_000n });
  });

  it.each([
    ['reverted', 'would_revert'],
    ['invalid', 'node_rejected'],
  ] as const)('%s is final: %s, with the reason for the client and the words for the operator', (name, code) => {
    const decision = check(name);
    expect(decision?.after).toMatchObject({ status: 'failed', failureCode: code, heldNonce: null });
    expect(decision?.failure?.message).toContain('Not enough tokens.');
    expect(decision?.failure?.nodeMessage).toBe(`words for ${name}`);
  });

  it('a revert is asked again while lower nonces are open: deploy, then call', () => {
    const last = queued({ retry: { count: 16, dueAt: NOW, lastError: null } });
    expect(check('reverted', true, last)?.after).toEqual(
      queued({ retry: { count: 16, dueAt: NOW + 2_000, lastError: 'revertsForNow' } }),
    );
  });

  it('what no node takes is not asked again for open nonces', () => {
    expect(check('invalid', true)?.after.status).toBe('failed');
  });

  it('a limit of the provider is not counted', () => {
    expect(check('rateLimited')?.after.retry).toEqual({ count: 0, dueAt: NOW + 2_000, lastError: 'rateLimited' });
  });

  it.each(NODE_ERROR_CLASSES.filter((name) => !['reverted', 'invalid', 'rateLimited'].includes(name)))(
    '%s counts, whatever it would mean for bytes, and costs no nonce',
    (name) => {
      for (const row of [queued(), queued({ heldNonce: 7 })])
        expect(check(name, false, row)?.after).toEqual(
          queued({ retry: { count: 1, dueAt: NOW + 25_000, lastError: name } }),
        );
    },
  );

  it.each([
    ['insufficientFunds', 'insufficient_funds'],
    ['feeCapExceeded', 'fee_cap_exceeded'],
    ['unavailable', 'retries_exhausted'],
  ] as const)('%s fails it in the end: %s', (name, failureCode) => {
    const last = queued({ retry: { count: 16, dueAt: NOW, lastError: null } });
    expect(check(name, false, last)?.after).toMatchObject({ status: 'failed', failureCode });
  });
});

describe('gas with headroom', () => {
  it.each([
    [21_000n, 25_200n],
    [1n, 2n],
    [5n, 6n],
    [0n, 0n],
  ])('%s becomes %s: a fifth more, rounded up', (estimate, gasLimit) => {
    expect(withHeadroom(estimate)).toBe(gasLimit);
  });
});
