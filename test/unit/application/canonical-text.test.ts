import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../src/application/use-cases/canonical-text.ts';

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('the canonical text of a request', () => {
  it('is the same in whatever order its fields were written, at every depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalText(reversed(value))).toBe(canonicalText(value));
      }),
    );
  });

  it('says everything: what can be read back from it is what was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps the order of lists, and a number apart from its text', () => {
    expect(canonicalText([1, 2])).not.toBe(canonicalText([2, 1]));
    expect(canonicalText({ a: 1 })).not.toBe(canonicalText({ a: '1' }));
    expect(canonicalText({ a: null })).not.toBe(canonicalText({}));
  });

  it('writes a quantity of any size exactly, and apart from its decimal text', () => {
    expect(canonicalText({ value: 2n ** 256n - 1n })).toContain(`${(2n ** 256n - 1n).toString()}n`);
    expect(canonicalText({ value: 1n })).not.toBe(canonicalText({ value: 1 }));
  });
});
