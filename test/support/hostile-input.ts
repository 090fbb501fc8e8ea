import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** Text that JSON.stringify would never write: keys named twice, keys of the prototype, numbers beyond a double. */
const RAW_VALUES = [
  '{}',
  '[]',
  '""',
  'null',
  'true',
  '-0',
  '0.1',
  '1e400',
  '-1e400',
  `1${'0'.repeat(5_000)}`,
  '9007199254740993',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u202e"',
  '"0x"',
  '"0x-1"',
  '"+1"',
  '" 1"',
  '"1e3"',
  '"١"',
  `"${'9'.repeat(100_000)}"`,
  `"0x${'f'.repeat(100_000)}"`,
  `"${'a'.repeat(100_000)}"`,
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":1,"hasOwnProperty":1,"toJSON":1,"then":1}',
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"":""}',
  `[${'0,'.repeat(20_000)}0]`,
  `${'['.repeat(200)}${']'.repeat(200)}`,
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  `{${Array.from({ length: 2_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
];

const rawValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...RAW_VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
);

/** Where each field of a valid body begins, so that something else can stand there. */
function fieldsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
}

/** A valid body in which one field, however deep, holds something else. `replacement` is JSON text, put in as it is. */
function withField(value: unknown, name: string, replacement: string): string {
  if (Array.isArray(value)) return `[${value.map((inner) => withField(inner, name, replacement)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${key === name ? replacement : withField(inner, name, replacement)}`)
    .join(',')}}`;
}

const EXTRA_NAMES = ['__proto__', 'constructor', 'toString', 'value', 'metadata', 'validUntil', 'changes', 'x', ''];

/** Each hostile value in the place of each field of a right body, beside them all, and instead of them all. */
export function* everyWrongField(valid: string): Generator<string> {
  const value: unknown = JSON.parse(valid);
  const fields = new Set(fieldsOf(value));
  for (const raw of RAW_VALUES) {
    yield raw;
    for (const name of fields) yield withField(value, name, raw);
    for (const name of EXTRA_NAMES) if (!fields.has(name)) yield withExtra(valid, name, raw);
  }
}

const withExtra = (valid: string, name: string, raw: string): string =>
  valid.replace('{', `{${JSON.stringify(name)}:${raw}${valid === '{}' ? '' : ','}`);

/** Bodies of every bad kind, made from one that is right. */
export function hostileBody(valid: string): fc.Arbitrary<Buffer> {
  const value: unknown = valid === '' ? {} : JSON.parse(valid);
  const text = valid === '' ? '{}' : valid;
  const names = fieldsOf(value);
  const changed =
    names.length > 0
      ? [fc.tuple(fc.constantFrom(...names), rawValue).map(([name, raw]) => withField(value, name, raw))]
      : [];
  const added = fc.tuple(fc.constantFrom(...EXTRA_NAMES), rawValue).map(([name, raw]) => withExtra(text, name, raw));
  const asText = fc.oneof(
    ...changed,
    added,
    rawValue,
    fc.nat(text.length).map((end) => text.slice(0, end)),
    fc.constantFrom(
      '',
      ' ',
      '\ufeff{}',
      `\ufeff${text}`,
      `${text}${text}`,
      `${text},`,
      '{"a"',
      'undefined',
      '<a/>',
      'a=1&b=2',
    ),
    fc.string({ maxLength: 50 }),
  );
  const bytes = Buffer.from(text);
  return fc.oneof(
    { weight: 6, arbitrary: asText.map((one) => Buffer.from(one)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((one) => Buffer.from(one)) },
    // Bytes that are no UTF-8, in the middle of what else is right.
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(bytes.length), fc.constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0x00]))
        .map(([at, bad]) => Buffer.concat([bytes.subarray(0, at), Buffer.from(bad), bytes.subarray(at)])),
    },
    { weight: 1, arbitrary: fc.constantFrom(gzipSync(bytes), Buffer.from(text, 'utf16le')) },
  );
}

const queryPart = fc.oneof(
  fc.constantFrom(
    'limit=1&limit=2',
    'status=queued&status=failed&status=queued',
    'status[]=queued',
    'status[0]=queued',
    'status[__proto__]=1',
    '__proto__=1',
    '__proto__[x]=1',
    'constructor=1',
    'limit=0',
    'limit=1e2',
    'limit=%31',
    'limit=99999999999999999999',
    'limit=-0',
    'limit=NaN',
    'limit=+5',
    'limit=%00',
    'cursor=',
    'cursor=%00',
    'cursor=AAAA',
    `cursor=${'A'.repeat(2_000)}`,
    'createdAfter=0',
    'createdAfter=2030-13-45T99:99:99Z',
    'createdAfter=+275760-09-13T00:00:00.001Z',
    'createdBefore=-000001-01-01T00:00:00Z',
    'q=%F0%28%8C%28',
    'q=%',
    'q=%zz',
    `q=${'x'.repeat(10_000)}`,
    'q=%00',
    'nonce=-1',
    'nonce=9007199254740993',
    'chainId=0x7a69',
    'chainId=1e999',
    'hash=0x',
    'from=0x0000000000000000000000000000000000000000',
    'idempotencyKey=',
    'idempotencyKey=%ED%A0%80',
    'after=-1',
    'after=99999999999999999999999',
    '=',
    '&&&',
    '?',
    ';',
    '%',
  ),
  fc.webQueryParameters(),
);
export const hostileQuery = fc.oneof(
  fc.constant(''),
  fc.array(queryPart, { minLength: 1, maxLength: 3 }).map((parts) => `?${parts.join('&').slice(0, 12_000)}`),
);

const HEADER_NAMES = [
  'Content-Type',
  'Content-Encoding',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
  'Accept',
  'Accept-Encoding',
  'Origin',
  'Cookie',
  'Range',
  'Expect',
  'Upgrade',
  'TE',
  'Last-Event-ID',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'webhook-id',
  'Forwarded',
  'Date',
];
const HEADER_VALUES = [
  '',
  ' ',
  '"',
  '"*"',
  '*',
  'W/"x"',
  ',',
  ';',
  '=;=;=',
  'tb_session=',
  'tb_session=a; tb_session=b',
  'bytes=0-',
  'bytes=-1,0-0',
  'gzip',
  'application/json; charset=utf-16',
  'application/json; charset=utf-8; charset=utf-16',
  'text/event-stream',
  '100-continue, x',
  'null',
  'http://[',
  '\u00ff\u00fe',
  '\u00c3\u00a9',
  '\t',
  'x'.repeat(9_000),
  '99999999999999999999',
  '-1',
];
const headerValue = fc.oneof(
  fc.constantFrom(...HEADER_VALUES),
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 60,
  }),
);

/** Lines of a head, in Latin-1; a name may stand in several. */
export const hostileHeaders: fc.Arbitrary<readonly (readonly [string, string])[]> = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.tuple(fc.constantFrom(...HEADER_NAMES), headerValue), { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 100, max: 600 })
      .map((n) => Array.from({ length: n }, (_, i): [string, string] => [`X-${i}`, 'y'])),
  },
);
