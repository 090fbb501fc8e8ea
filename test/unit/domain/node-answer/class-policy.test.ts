import { describe, expect, it } from 'vitest';
import { CLASS_POLICY, mayEndIt, type ClassPolicy } from '../../../../src/domain/node-answer/class-policy.ts';
import { NODE_ERROR_CLASSES } from '../../../../src/domain/node-answer/node-error-class.ts';

const which = (holds: (policy: ClassPolicy) => boolean): string[] =>
  NODE_ERROR_CLASSES.filter((name) => holds(CLASS_POLICY[name])).sort();

describe('what the pipeline does about each class', () => {
  it('counts against the retries only what nobody else will end', () => {
    expect(which(({ counts }) => counts)).toEqual(['insufficientFunds', 'poolFull', 'unavailable', 'unknown']);
  });

  it('is final at once for a revert and for what no node takes', () => {
    expect(which(({ outcome }) => outcome === 'final')).toEqual(['invalid', 'reverted']);
    expect(CLASS_POLICY.reverted.failureCode).toBe('would_revert');
    expect(CLASS_POLICY.invalid.failureCode).toBe('node_rejected');
  });

  it('believes of our chain alone what may fail a transaction', () => {
    const ends = ['feeCapExceeded', 'insufficientFunds', 'invalid', 'reverted'];
    expect(NODE_ERROR_CLASSES.filter(mayEndIt).sort()).toEqual(ends);
  });

  it('takes "already known" for success and "nonce too low" for nothing', () => {
    expect(CLASS_POLICY.alreadyKnown.outcome).toBe('accepted');
    expect(CLASS_POLICY.nonceTooLow.outcome).toBe('awaitTracker');
  });

  it('gives the nonce back for want of funds only', () => {
    expect(which(({ outcome }) => outcome === 'releaseNonce')).toEqual(['insufficientFunds']);
  });

  it('quotes new fees for a fee answer, and for no other', () => {
    expect(which(({ outcome }) => outcome === 'requote')).toEqual(['feeBelowBase', 'underpriced']);
  });
});
