import { describe, expect, it } from 'vitest';
import { MemoryDeadLetters } from '../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import { deadLettersSuite } from './suites/dead-letters.ts';

describe('dead letters in memory', () => {
  deadLettersSuite(async () => new MemoryDeadLetters());

  it('lets the oldest go where there are too many', async () => {
    const letters = new MemoryDeadLetters(2);
    const letter = (body: string) => ({ v: 1, kind: 'malformed', body, at: '2026-01-01T00:00:00.000Z' }) as const;
    await letters.put(['a', 'b', 'c'].map(letter));
    expect(await letters.page(10)).toEqual(['b', 'c'].map(letter));
  });
});
