import { describe, expect, it } from 'vitest';
import { CLASS_POLICY, type ClassPolicy } from '../../../../src/domain/node-answer/class-policy.ts';
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

  it('names a failure code wherever it ends without another word, and nowhere else', () => {
    expect(which(({ failureCode }) => failureCode !== null)).toEqual([
      'feeCapExceeded',
      'insufficientFunds',
      'invalid',
      'reverted',
    ]);
  });

  it('takes "already known" for success and "nonce too low" for nothing', () => {
    expect(CLASS_POLICY.alreadyKnown.outcome).toBe('accepted');
    expect(CLASS_POLICY.nonceTooLow.outcome).toBe('awaitTracker');
  });

  it('gives the nonce back for want of funds only, and tells a person', () => {
    expect(which(({ outcome }) => outcome === 'releaseNonce')).toEqual(['insufficientFunds']);
    expect(which(({ alerts }) => alerts)).toEqual(['insufficientFunds']);
  });

  it('asks another endpoint where this one is no measure', () => {
    expect(which(({ nextEndpoint }) => nextEndpoint)).toEqual(['feeCapExceeded', 'unavailable', 'unknown']);
  });

  it('quotes new fees for a fee answer, and for no other', () => {
    expect(which(({ outcome }) => outcome === 'requote')).toEqual(['feeBelowBase', 'underpriced']);
  });
});
