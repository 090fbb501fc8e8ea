import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRevert, MAX_REVERT_TEXT } from '../../../../src/domain/node-answer/decode-revert.ts';
import { FIXTURES } from './fixtures.ts';

const word = (value: number | bigint): string => value.toString(16).padStart(64, '0');
const hexOf = (text: string): string => Buffer.from(text, 'utf8').toString('hex');
const errorString = (text: string): string => {
  const hex = hexOf(text);
  return `0x08c379a0${word(32)}${word(hex.length / 2)}${hex.padEnd(Math.ceil(hex.length / 64) * 64, '0')}`;
};

describe('revert data', () => {
  it.each([
    [errorString('hello world'), 'The call reverts: hello world'],
    [errorString('hello world').toUpperCase().replace('0X', '0x'), 'The call reverts: hello world'],
    [errorString('Größe 数量 🦊'), 'The call reverts: Größe 数量 🦊'],
    [errorString(''), 'The call reverts with an empty reason.'],
    [`0x4e487b71${word(0x11)}`, 'The call panics: arithmetic overflow or underflow (0x11).'],
    [`0x4e487b71${word(0x01)}`, 'The call panics: assertion failed (0x01).'],
    [`0x4e487b71${word(0x99)}`, 'The call panics: unknown panic (0x99).'],
    ['0xcf479181', 'The call reverts with the custom error 0xcf479181.'],
    [`0xcf479181${word(1)}${word(2)}`, 'The call reverts with the custom error 0xcf479181 and 64 bytes of arguments.'],
    ['0xabcdef', 'The call reverts with the bytes 0xabcdef.'],
    ['0x', 'The call reverts without a reason.'],
    [undefined, 'The call reverts without a reason.'],
    [null, 'The call reverts without a reason.'],
    ['0xabc', 'The call reverts; the node gave no readable data.'],
    ['Reverted', 'The call reverts; the node gave no readable data.'],
    [{ data: '0x' }, 'The call reverts; the node gave no readable data.'],
  ])('%j', (data, expected) => {
    expect(decodeRevert(data)).toBe(expected);
  });

  it.each([
    ['an offset beyond the bytes', `0x08c379a0${word(2n ** 256n - 1n)}${word(0)}`, '64'],
    ['a length beyond the bytes', `0x08c379a0${word(32)}${word(2n ** 255n)}`, '64'],
    ['half a word', '0x08c379a0abcd', '2'],
  ])('that only looks like Error(string), with %s, is shown as a custom error', (_, data, bytes) => {
    expect(decodeRevert(data)).toBe(
      `The call reverts with the custom error 0x08c379a0 and ${bytes} bytes of arguments.`,
    );
  });

  it('as Anvil sends it names the reason that Anvil names', () => {
    const recorded = FIXTURES.filter(({ data }) => typeof data === 'string' && data.startsWith('0x08c379a0'));
    expect(recorded.length).toBeGreaterThanOrEqual(3);
    for (const { data, message } of recorded) {
      const reason = message.slice('execution reverted: '.length);
      expect(decodeRevert(data)).toBe(
        reason === '' ? 'The call reverts with an empty reason.' : `The call reverts: ${reason}`,
      );
    }
  });

  it('cannot forge lines or turn text round', () => {
    expect(decodeRevert(errorString('a\nb\u0000c\u202Ed\u2028e\u001B[31m'))).toBe('The call reverts: a b c d e [31m');
  });

  it('is cut to the cap without breaking a character', () => {
    const long = decodeRevert(errorString('🦊'.repeat(1_000)));
    expect(long.length).toBeLessThanOrEqual(MAX_REVERT_TEXT);
    expect(long.length).toBeGreaterThan(MAX_REVERT_TEXT - 4);
    expect(long.endsWith('🦊…')).toBe(true);
  });
});

describe('whatever the bytes', () => {
  const selector = fc.constantFrom(
    '',
    '08c379a0',
    '4e487b71',
    `08c379a0${word(32)}`,
    `08c379a0${word(32)}${word(40)}`,
    `08c379a0${word(0)}`,
  );
  const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array).toString('hex'));
  const isOneSafeLine = (text: string): boolean =>
    text.length > 0 && text.length <= MAX_REVERT_TEXT && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);

  it('a sentence comes out: one line, within the cap, well-formed', () => {
    fc.assert(
      fc.property(selector, bytes, (start, rest) => {
        expect(isOneSafeLine(decodeRevert(`0x${start}${rest}`))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('and whatever comes in place of bytes', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(isOneSafeLine(decodeRevert(data))).toBe(true);
      }),
    );
  });

  it('any reason that is one line and short comes back word for word', () => {
    const plain = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => isOneSafeLine(text) && text.trim() === text);
    fc.assert(
      fc.property(plain, (text) => {
        expect(decodeRevert(errorString(text))).toBe(`The call reverts: ${text}`);
      }),
    );
  });
});
