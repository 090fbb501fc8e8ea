import { describe, expect, it } from 'vitest';
import { matches } from '../../../../src/domain/node-answer/message-pattern.ts';
import { NODE_ERROR_CLASSES } from '../../../../src/domain/node-answer/node-error-class.ts';
import { PATTERN_GROUPS } from '../../../../src/domain/node-answer/patterns.ts';
import { FIXTURES, sent } from './fixtures.ts';

const ALL = PATTERN_GROUPS.flatMap((group) => group.patterns.map((pattern) => ({ class: group.class, pattern })));

/** Wordings of older clients and of libraries in between: known by name, without a source at hand. */
const WITHOUT_FIXTURE = [
  'tx already exists in cache',
  'nonce is too low',
  'nonce has already been used',
  'invalid transaction nonce',
  'exceeds next nonce',
  'replacement fee too low',
  'fee cap less than block base fee',
  'gas price too low',
  'not enough funds',
  'too many transactions in the queue',
  'queue full',
];

describe('patterns', () => {
  it('have one group for each class but unknown, reverts first', () => {
    const classes = PATTERN_GROUPS.map((group) => group.class);
    expect(classes[0]).toBe('reverted');
    expect([...classes, 'unknown'].sort()).toEqual([...NODE_ERROR_CLASSES].sort());
  });

  it('are lower case and keep no state, as the matching needs', () => {
    const wrong = ALL.map(({ pattern }) => pattern).filter((pattern) =>
      typeof pattern === 'string'
        ? pattern !== pattern.toLowerCase() || pattern.length < 7
        : pattern.flags !== '' || /[A-Z]/.test(pattern.source.replace(/\\[A-Z]/g, '')),
    );
    expect(wrong).toEqual([]);
  });

  it('are each earned by a real message of their class', () => {
    const unearned = ALL.filter(
      (entry) => !FIXTURES.some((f) => f.class === entry.class && matches(sent(f).toLowerCase(), entry.pattern)),
    );
    expect(unearned.map(({ pattern }) => pattern)).toEqual(WITHOUT_FIXTURE);
  });

  it('stand in one group only', () => {
    const texts = ALL.map(({ pattern }) => String(pattern));
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });
});

describe('patterns of invalid, which is final', () => {
  const invalid = ALL.filter((entry) => entry.class === 'invalid').map(({ pattern }) => pattern);
  const hits = (text: string) => invalid.filter((pattern) => matches(text.toLowerCase(), pattern));

  it('match no message of another class, even if no other group were asked first', () => {
    const wide = FIXTURES.filter((f) => f.class !== 'invalid').flatMap((f) =>
      hits(sent(f)).map((p) => `${String(p)}: ${sent(f)}`),
    );
    expect(wide).toEqual([]);
  });

  it.each([
    'Invalid request',
    'invalid response from upstream',
    'invalid block range',
    'invalid nonce',
    'invalid character in JSON',
    'invalid api key',
    'failed to decode response',
    'failed to decode upstream answer',
    'transaction invalidated by a reorg',
    'gas limit',
    'transaction type',
    'negative value of the cache age',
    'rlpx: handshake failed',
  ])('match no text that may pass: %s', (text) => {
    expect(hits(text)).toEqual([]);
  });
});
