import { describe, expect, it } from 'vitest';
import { checkBytes, type ExpectedBytes, type RecoveredBytes } from '../../../../src/domain/decisions/check-bytes.ts';
import type { Address, ChainId } from '../../../../src/domain/primitives.ts';
import { SIGNER, txHash } from '../../../support/transactions.ts';

const PAYEE = `0x${'cd'.repeat(20)}` as Address;
const STRANGER = `0x${'99'.repeat(20)}` as Address;

const terms = {
  to: PAYEE,
  valueWei: 5n,
  data: '0x1234' as const,
  gasLimit: 50_000n,
  maxFeePerGasWei: 100n,
  maxPriorityFeePerGasWei: 10n,
};
const unsigned: RecoveredBytes['unsigned'] = {
  type: 'eip1559',
  chainId: 31337 as ChainId,
  nonce: 7,
  ...terms,
};
const bytes: RecoveredBytes = { unsigned, from: SIGNER, hash: txHash(7) };
const expected: ExpectedBytes = {
  chainId: 31337 as ChainId,
  signer: SIGNER,
  heldNonce: 7,
  attempt: { hash: txHash(7), revision: 2 },
  revision: 2,
  request: terms,
};
const saying = (changes: Partial<typeof unsigned>): RecoveredBytes => ({
  ...bytes,
  unsigned: { ...unsigned, ...changes },
});

describe('bytes that are to be sent', () => {
  it('pass where they say what the record asks for, up to its caps', () => {
    expect(checkBytes(bytes, expected)).toBeNull();
    expect(checkBytes(saying({ maxFeePerGasWei: 99n, maxPriorityFeePerGasWei: 9n }), expected)).toBeNull();
  });

  it('pass with whatever the record leaves open', () => {
    const request = { ...expected.request, gasLimit: null, maxFeePerGasWei: null, maxPriorityFeePerGasWei: null };
    expect(checkBytes(saying({ gasLimit: 1n, maxFeePerGasWei: 10n ** 18n }), { ...expected, request })).toBeNull();
  });

  it('of an old type have no priority fee of their own to compare', () => {
    const legacy = saying({ type: 'legacy', maxFeePerGasWei: 100n, maxPriorityFeePerGasWei: 100n });
    expect(checkBytes(legacy, expected)).toBeNull();
    expect(checkBytes(saying({ type: 'legacy', maxFeePerGasWei: 101n }), expected)).toBe('wrong_field');
  });

  it.each<[string, RecoveredBytes, string]>([
    ['another key signed', { ...bytes, from: STRANGER }, 'wrong_signer'],
    ['another chain', saying({ chainId: 1 as ChainId }), 'wrong_chain'],
    ['another nonce', saying({ nonce: 8 }), 'wrong_nonce'],
    ['another payee', saying({ to: STRANGER }), 'wrong_field'],
    ['a contract in the place of a payee', saying({ to: null }), 'wrong_field'],
    ['another value', saying({ valueWei: 6n }), 'wrong_field'],
    ['other data', saying({ data: '0x1235' }), 'wrong_field'],
    ['another gas limit', saying({ gasLimit: 50_001n }), 'wrong_field'],
    ['a wei above the fee cap', saying({ maxFeePerGasWei: 101n }), 'wrong_field'],
    ['a wei above the priority fee cap', saying({ maxPriorityFeePerGasWei: 11n }), 'wrong_field'],
    ['bytes that were never stored', { ...bytes, hash: txHash(8) }, 'not_on_record'],
  ])('are refused: %s', (_, found, refusal) => {
    expect(checkBytes(found, expected)).toBe(refusal);
  });

  it.each<[string, Partial<ExpectedBytes>, string]>([
    ['the row let the nonce go', { heldNonce: null }, 'nonce_not_held'],
    ['the row holds another nonce', { heldNonce: 8 }, 'wrong_nonce'],
    ['nothing was signed', { attempt: null }, 'not_on_record'],
    ['the row was edited since', { revision: 3 }, 'not_newest'],
  ])('are refused: %s', (_, changes, refusal) => {
    expect(checkBytes(bytes, { ...expected, ...changes })).toBe(refusal);
  });
});
