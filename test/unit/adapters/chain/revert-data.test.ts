import fc from 'fast-check';
import { expect, it } from 'vitest';
import { revertData } from '../../../../src/adapters/outbound/chain/json-rpc/wire/revert-data.ts';

const HASH = `0x${'12'.repeat(32)}`;

it.each<[string, unknown, string | undefined]>([
  ['geth, erigon, nethermind, besu, anvil', '0x08C379A0', '0x08c379a0'],
  ['no reason', '0x', '0x'],
  ['openethereum', 'Reverted 0xdeadbeef', '0xdeadbeef'],
  ['hardhat', { message: 'reverted', txHash: HASH, data: '0xdeadbeef' }, '0xdeadbeef'],
  ['a provider that passes on an error', { originalError: { code: 3, data: '0xdeadbeef' } }, '0xdeadbeef'],
  ['a wallet in between', { error: { data: { data: '0xdeadbeef' } } }, '0xdeadbeef'],
  ['ganache', { [HASH]: { error: 'revert', return: '0xdeadbeef' }, name: 'RuntimeError' }, '0xdeadbeef'],
  ['a limit', { rate: { backoff_seconds: 30 } }, undefined],
  ['a text', 'Bad instruction fe', undefined],
  ['half a byte', '0xabc', undefined],
  ['nothing', null, undefined],
])('%s', (_name, data, expected) => {
  expect(revertData(data)).toBe(expected);
});

it('takes anything, however deep', () => {
  const ring: Record<string, unknown> = {};
  ring['data'] = ring;
  expect(revertData(ring)).toBeUndefined();
  fc.assert(
    fc.property(fc.anything(), (data) => revertData(data) === undefined || typeof revertData(data) === 'string'),
  );
});
