import { expect, it } from 'vitest';
import { retryAfterMs } from '../../../../src/adapters/outbound/chain/json-rpc/wire/retry-after.ts';

const NOW = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 1.2 ', 1_200],
  ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
  // The two older forms that RFC 9110 still demands of a reader.
  ['Wednesday, 21-Oct-26 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2026 07:00:00 GMT', 0],
])('%s', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});

it.each([undefined, '', 'soon', '-1', '1e3', '12 apples', 'Infinity', '0x10', 'Wed, 99 Foo'])(
  '%s says nothing',
  (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  },
);
