import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contentTypeFault } from '../../../../src/adapters/inbound/http/request/content-type.ts';
import { parseJson } from '../../../../src/adapters/inbound/http/request/parse-json.ts';
import { queryReader } from '../../../../src/adapters/inbound/http/request/read-query.ts';
import { repeatedKey } from '../../../../src/adapters/inbound/http/request/repeated-key.ts';

describe('a key named twice', () => {
  it('is not found where none is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(repeatedKey(text)).toBeNull();
        expect(repeatedKey(JSON.stringify(JSON.parse(text), null, 2))).toBeNull();
      }),
    );
  });

  it('is found wherever it stands', () => {
    const object = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), {
      minKeys: 1,
      maxKeys: 40,
    });
    const wrap = fc.constantFrom(
      (text: string) => text,
      (text: string) => `[${text}]`,
      (text: string) => `{"a":{"b":${text}},"c":[]}`,
      (text: string) => `[{"a":1},{"a":[{}]}, ${text} ]`,
    );
    fc.assert(
      fc.property(object, fc.nat(), fc.boolean(), wrap, (value, place, escape, around) => {
        const keys = Object.keys(value);
        const key = keys[place % keys.length] ?? '';
        const plain = JSON.stringify(key);
        const written = escape
          ? `"${[...Array(key.length).keys()].map((at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
          : plain;
        const text = JSON.stringify(value);
        expect(repeatedKey(around(`${text.slice(0, -1)} , ${written} : 1}`))).toBe(key);
      }),
    );
  });

  it('is not confused by what stands in strings', () => {
    for (const text of [
      '{"a":"{\\"a\\":","b":"a\\\\"}',
      '{"a":"\\\\","b":"a\\":"}',
      '{"a":["a","a"],"b":{"a":1}}',
      '["a","a"]',
      '"a"',
      '{"":{"":{"":""}}}',
    ]) {
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(repeatedKey(text)).toBeNull();
    }
    expect(repeatedKey('{"\\\\":1,"\\u005c":2}')).toBe('\\');
  });
});

describe('JSON', () => {
  it('is UTF-8', () => {
    expect(parseJson(Buffer.from('{"a":"é"}'))).toEqual({ ok: true, value: { a: 'é' } });
    expect(parseJson(Buffer.from('{"a":"é"}', 'latin1'))).toEqual({ ok: false, detail: 'The body is not UTF-8.' });
    expect(parseJson(Buffer.from('{"a":1}', 'utf16le')).ok).toBe(false);
  });

  it('is refused without a word of what was sent', () => {
    const parsed = parseJson(Buffer.from('{"password":"hunter2" oops'));
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toMatch(/hunter2|oops/);
  });
});

describe('content types', () => {
  it.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json; charset=utf8',
    'application/json;',
  ])('%s is right', (type) => {
    expect(contentTypeFault({ 'content-type': type })).toBeNull();
  });
  it.each([
    '',
    'text/plain',
    'application/jsonx',
    'application/json; charset=latin1',
    'application/problem+json',
    'application/json, text/plain',
  ])('%s is wrong', (type) => {
    expect(contentTypeFault({ 'content-type': type })).not.toBeNull();
  });
  it('compression is wrong', () => {
    expect(contentTypeFault({ 'content-type': 'application/json', 'content-encoding': 'br' })).not.toBeNull();
    expect(contentTypeFault({ 'content-type': 'application/json', 'content-encoding': 'Identity' })).toBeNull();
  });
});

describe('queries', () => {
  const read = queryReader(z.strictObject({ many: z.array(z.string()).optional(), one: z.string().optional() }));

  it('repeat what may be repeated', () => {
    expect(read('/x?many=a&many=b%20c&one=')).toEqual({ ok: true, query: { many: ['a', 'b c'], one: '' } });
    expect(read('/x')).toEqual({ ok: true, query: {} });
    expect(read('/x?one=1&one=2')).toMatchObject({ ok: false, errors: [{ path: 'one' }] });
    expect(read('/x?__proto__=1')).toMatchObject({ ok: false, errors: [{ path: '__proto__' }] });
  });
});
