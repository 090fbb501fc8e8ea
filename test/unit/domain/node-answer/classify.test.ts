import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, MAX_RETRY_AFTER_MS, type NodeError } from '../../../../src/domain/node-answer/classify.ts';
import { NODE_ERROR_CLASSES } from '../../../../src/domain/node-answer/node-error-class.ts';
import { answered, FIXTURES, sent } from './fixtures.ts';

const classOf = (answer: NodeError): string => classify(answer).class;
const message = fc.constantFrom(...FIXTURES.map(sent));
const fault = fc.constantFrom<NonNullable<NodeError['transport']>>(
  'timeout',
  'reset',
  'refused',
  'notJsonRpc',
  'idMismatch',
  'http',
);

describe('the message', () => {
  it('is read in any case', () => {
    const inAnyCase = fc.constantFrom(...FIXTURES).chain((fixture) =>
      fc.infiniteStream(fc.boolean()).map((upper) => ({
        fixture,
        text: sent(fixture).replace(/[a-z]/gi, (letter) =>
          upper.next().value === true ? letter.toUpperCase() : letter.toLowerCase(),
        ),
      })),
    );
    fc.assert(
      fc.property(inAnyCase, ({ fixture, text }) => {
        expect(classOf({ ...answered(fixture), message: text })).toBe(fixture.class);
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes before the code', () => {
    // -32005 is a gas limit at Besu and a rate limit at Infura; 3 is a revert, 429 a limit.
    expect(classOf({ code: -32005, message: 'Transaction gas limit exceeds block gas limit' })).toBe('invalid');
    expect(classOf({ code: -32005, message: 'project ID request rate exceeded' })).toBe('rateLimited');
    expect(classOf({ code: 3, data: '0x', message: 'nonce too low' })).toBe('nonceTooLow');
    expect(classOf({ code: 429, message: 'already known' })).toBe('alreadyKnown');
  });

  it('is a revert whatever its reason quotes', () => {
    const frame = fc.constantFrom<(reason: string) => string>(
      (reason) => `execution reverted: ${reason}`,
      (reason) => `Execution reverted (${reason})`,
      (reason) => `err: execution reverted: ${reason} (supplied gas 50000000)`,
      (reason) => `VM Exception while processing transaction: reverted with reason string '${reason}'`,
      (reason) => `Error: VM Exception while processing transaction: reverted with custom error '${reason}'`,
      (reason) => `Transaction reverted: ${reason}`,
    );
    fc.assert(
      fc.property(frame, message, (revert, quoted) => {
        expect(classOf({ code: 3, message: revert(quoted) })).toBe('reverted');
        expect(classOf({ code: -32000, message: revert(quoted) })).toBe('reverted');
      }),
      { numRuns: 2_000 },
    );
  });

  it('that says "unknown transaction" is no word of a known one', () => {
    expect(classOf({ message: 'Known transaction' })).toBe('alreadyKnown');
    expect(classOf({ message: 'Unknown transaction' })).toBe('unknown');
  });

  it('is read at its start only, however long it is', () => {
    expect(classOf({ message: `nonce too low${'.'.repeat(5_000_000)}` })).toBe('nonceTooLow');
    expect(classOf({ message: `${'.'.repeat(5_000)}nonce too low` })).toBe('unknown');
  });

  it('that nobody has heard of is unknown', () => {
    for (const text of [
      '',
      'Internal error',
      'Server error',
      'transaction rejected',
      'nonce',
      'insufficient',
      'invalid transaction',
      'gas',
      'rejected',
    ]) {
      expect([text, classOf({ message: text })]).toEqual([text, 'unknown']);
      expect([text, classOf({ message: text, code: -32000, httpStatus: 200 })]).toEqual([text, 'unknown']);
    }
    const nonsense = fc.stringMatching(/^[qxzjvk 0-9:,.(){}"]{0,60}$/);
    fc.assert(
      fc.property(nonsense, fc.integer({ min: -33_000, max: -32_000 }), (text, code) => {
        expect(classOf({ message: text, code })).toBe('unknown');
      }),
    );
  });
});

describe('code and status, where the message says nothing', () => {
  it.each([
    [{ code: 429 }, 'rateLimited'],
    [{ code: 402 }, 'rateLimited'],
    [{ code: 4444 }, 'unavailable'],
    [{ code: 3, data: '0x08c379a0' }, 'reverted'],
    [{ code: 3 }, 'unknown'],
    [{ code: 3, data: 'invalid argument' }, 'unknown'],
    [{ httpStatus: 402 }, 'rateLimited'],
    [{ httpStatus: 400 }, 'unavailable'],
    [{ httpStatus: 403 }, 'unavailable'],
    [{ httpStatus: 500 }, 'unavailable'],
    [{ httpStatus: 200 }, 'unknown'],
  ] as const)('%j is %s', (rest, expected) => {
    expect(classOf({ message: 'no', ...rest })).toBe(expected);
  });
});

describe('what is no answer', () => {
  it('is never final and says nothing of the bytes, whatever its text', () => {
    fc.assert(
      fc.property(
        message,
        fault,
        fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
        (text, transport, httpStatus) => {
          const answer = { message: text, transport, ...(httpStatus === undefined ? {} : { httpStatus }) };
          expect(['rateLimited', 'unavailable']).toContain(classOf(answer));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(['timeout', 'reset', 'refused', 'idMismatch'] as const)(
    '%s is unavailable even where the text speaks of a limit',
    (transport) => {
      expect(classOf({ message: 'rate limit exceeded', transport })).toBe('unavailable');
    },
  );

  it.each([
    { httpStatus: 429, message: '<html>slow down</html>', transport: 'notJsonRpc' },
    { httpStatus: 402, message: '', transport: 'http' },
    { httpStatus: 403, message: 'Monthly capacity limit exceeded.', transport: 'http' },
    // QuickNode sends a bare {code, message}.
    { httpStatus: 200, message: '100/second request limit reached', code: -32007, transport: 'notJsonRpc' },
    { httpStatus: 200, message: 'no', code: 429, transport: 'notJsonRpc' },
    { httpStatus: 429, message: 'execution reverted' },
  ] as const)('is a limit where status or body say so: %j', (answer) => {
    expect(classOf(answer)).toBe('rateLimited');
  });

  it.each([500, 502, 503, 504, 599])('is unavailable under HTTP %i, JSON-RPC or not', (httpStatus) => {
    expect(classOf({ message: 'failed to decode transaction', httpStatus })).toBe('unavailable');
    expect(classOf({ message: 'already known', httpStatus, transport: 'http' })).toBe('unavailable');
  });
});

describe('retryAfterMs', () => {
  const limited = { message: '', httpStatus: 429 } as const;

  it.each([
    [{ ...limited, retryAfterMs: 1_500 }, 1_500],
    [{ ...limited, retryAfterMs: 0.2 }, 1],
    [{ ...limited, retryAfterMs: 86_400_000 }, MAX_RETRY_AFTER_MS],
    [{ ...limited, retryAfterMs: -1 }, undefined],
    [{ ...limited, retryAfterMs: Number.NaN }, undefined],
    [limited, undefined],
    [{ message: 'gone', httpStatus: 503, retryAfterMs: 2_000, transport: 'http' }, 2_000],
    // As Infura sends it.
    [
      {
        message: 'daily request count exceeded, request rate limited',
        code: -32005,
        data: { rate: { backoff_seconds: 30 } },
      },
      30_000,
    ],
    [{ ...limited, data: { rate: null } }, undefined],
    [{ ...limited, data: { rate: { backoff_seconds: '30' } } }, undefined],
    // A wait is about the endpoint: it never delays what the chain has to say of a nonce.
    [{ message: 'nonce too low', retryAfterMs: 1_000 }, undefined],
  ] as const)('of %j is %s', (answer, expected) => {
    expect(classify(answer).retryAfterMs).toBe(expected);
  });
});

it('every answer gets a class, whatever comes in', () => {
  const anything = fc.record(
    {
      message: fc.string({ unit: 'binary' }),
      code: fc.double(),
      data: fc.anything({ withNullPrototype: true, withBigInt: true }),
      httpStatus: fc.integer(),
      retryAfterMs: fc.double(),
      transport: fault,
    },
    { requiredKeys: ['message'] },
  );
  fc.assert(
    fc.property(anything, (answer) => {
      const { class: found, retryAfterMs = 0 } = classify(answer);
      expect(NODE_ERROR_CLASSES).toContain(found);
      expect(Number.isInteger(retryAfterMs) && retryAfterMs >= 0 && retryAfterMs <= MAX_RETRY_AFTER_MS).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
