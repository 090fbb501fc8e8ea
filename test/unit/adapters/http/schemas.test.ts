import fc from 'fast-check';
import { getAddress } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { address } from '../../../../src/adapters/inbound/http/schemas/address.ts';
import { callData } from '../../../../src/adapters/inbound/http/schemas/hex.ts';
import { pathText } from '../../../../src/adapters/inbound/http/schemas/issues.ts';
import { metadata } from '../../../../src/adapters/inbound/http/schemas/metadata.ts';
import { gasLimit, MAX_UINT256, valueWei } from '../../../../src/adapters/inbound/http/schemas/quantity.ts';
import { time } from '../../../../src/adapters/inbound/http/schemas/time.ts';
import { toSubmission, transactionRequest } from '../../../../src/adapters/inbound/http/schemas/transaction-request.ts';

const uint256 = fc.bigInt({ min: 0n, max: MAX_UINT256 });
const hexDigits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length });

describe('quantities', () => {
  it('are exact up to 2^256-1, decimal and hex alike', () => {
    fc.assert(
      fc.property(uint256, (value) => {
        expect(valueWei.parse(value.toString())).toBe(value);
        expect(valueWei.parse(`0x${value.toString(16)}`)).toBe(value);
        expect(valueWei.parse(`0x${value.toString(16).toUpperCase().padStart(64, '0')}`)).toBe(value);
      }),
    );
  });

  it('are nothing else', () => {
    const others = fc.oneof(
      fc.string(),
      fc.bigInt({ min: MAX_UINT256 + 1n }).map(String),
      fc.bigInt({ max: -1n }).map(String),
      fc.double(),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(others, (value) => {
        const isQuantity =
          typeof value === 'string' &&
          /^([0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value) &&
          BigInt(value) <= MAX_UINT256;
        expect(valueWei.safeParse(value).success).toBe(isQuantity);
      }),
    );
    for (const text of ['0X1', '1n', '+1', '1_000', '1e18', ' 1', '1\n', '١', '0b1', '0o7', ''])
      expect(valueWei.safeParse(text).success).toBe(false);
  });

  it('of gas begin at 1 and have 64 bits', () => {
    expect(
      ['0', '1', (2n ** 64n - 1n).toString(), (2n ** 64n).toString()].map((text) => gasLimit.safeParse(text).success),
    ).toEqual([false, true, true, false]);
  });
});

describe('addresses', () => {
  it('are taken in lower case, in upper case, and with the right checksum; another case of any letter is wrong', () => {
    fc.assert(
      fc.property(hexDigits(40), fc.nat(39), (digits, place) => {
        const spelled = getAddress(`0x${digits}`);
        const lower = `0x${digits}`;
        for (const text of [lower, `0x${digits.toUpperCase()}`, spelled]) expect(address.parse(text)).toBe(lower);
        const letter = spelled.charAt(place + 2);
        const turned = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        const other = spelled.slice(0, place + 2) + turned + spelled.slice(place + 3);
        const isOneCase = other === lower || other.slice(2) === digits.toUpperCase();
        expect(address.safeParse(other).success).toBe(other === spelled || isOneCase);
      }),
    );
  });
});

describe('data', () => {
  it('is even hex of up to 128 KiB, and becomes lower case', () => {
    expect(callData.parse('0x')).toBe('0x');
    expect(callData.parse('0xAbCd')).toBe('0xabcd');
    expect(callData.safeParse(`0x${'00'.repeat(128 * 1024)}`).success).toBe(true);
    for (const text of ['', '0', '0x1', 'ab', '0xzz', '0x ', `0x${'00'.repeat(128 * 1024 + 1)}`])
      expect(callData.safeParse(text).success).toBe(false);
  });
});

describe('times', () => {
  it('need an offset, and mean the same instant by any', () => {
    expect(time.parse('2030-01-01T00:00:00Z')).toBe(time.parse('2030-01-01T02:00:00.000+02:00'));
    for (const text of [
      '2030-01-01',
      '2030-01-01T00:00:00',
      '2030-01-01 00:00:00Z',
      '2030-13-01T00:00:00Z',
      '2030-02-29T00:00:00Z',
      '1',
      1,
    ])
      expect(time.safeParse(text).success).toBe(false);
  });
});

describe('metadata', () => {
  const nested = (depth: number): unknown => (depth === 1 ? {} : { a: nested(depth - 1) });

  it('is any JSON object of bounded size and depth, and is not copied', () => {
    const value = { a: [1, 'ü', null, { b: true }] };
    expect(metadata.parse(value)).toBe(value);
    expect(metadata.safeParse(nested(32)).success).toBe(true);
    expect(metadata.safeParse(nested(33)).success).toBe(false);
    expect(metadata.safeParse({ a: 'x'.repeat(16 * 1024 - 8) }).success).toBe(true);
    expect(metadata.safeParse({ a: 'x'.repeat(16 * 1024 - 7) }).success).toBe(false);
    for (const other of [null, [], 'x', 1, { a: Infinity }, { a: '\udc00' }, { '\ud800': 1 }, { a: 'x\0' }])
      expect(metadata.safeParse(other).success).toBe(false);
  });
});

describe('a request', () => {
  it('is the same whichever way it is written', () => {
    const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
    const one = toSubmission(transactionRequest.parse({ to, value: '16', validUntil: '2030-01-01T00:00:00Z' }), null);
    const other = toSubmission(
      transactionRequest.parse({
        validUntil: '2030-01-01T01:00:00+01:00',
        value: '0x10',
        to: to.toLowerCase(),
        data: '0x',
      }),
      null,
    );
    expect(other).toEqual(one);
    expect(toSubmission(transactionRequest.parse({ to: null, data: '0x00' }), 'k')).toMatchObject({
      request: { to: null, valueWei: 0n },
      idempotencyKey: 'k',
    });
  });
});

it('a path is written as in a program', () => {
  expect(pathText(['items', 3, 'a', 'b'])).toBe('items[3].a.b');
  expect(pathText([])).toBe('');
  expect(pathText(['x'.repeat(5_000)]).length).toBeLessThan(300);
});
