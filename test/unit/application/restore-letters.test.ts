import { describe, expect, it } from 'vitest';
import { MemoryDeadLetters } from '../../../src/adapters/outbound/messaging/memory/dead-letters.ts';
import type { OpenFailure } from '../../../src/application/ports/work.ts';
import { RestoreLetters } from '../../../src/application/use-cases/restore-letters.ts';
import type { Storage } from '../../support/storage.ts';
import { fresh, memory } from '../../support/storage.ts';
import { commit, transactionId } from '../../support/stored.ts';
import { NOW } from '../../support/transactions.ts';

const fails = (storage: Storage, n: number, at = NOW) =>
  commit(storage, {
    at,
    failures: [
      {
        kind: 'opened',
        transactionId: transactionId(n),
        code: 'would_revert',
        message: 'it would revert (a text of the client)',
        nodeMessage: 'execution reverted: secret',
      },
    ],
  });

describe('at a start the dead-letter queue', () => {
  const storage = fresh(memory);
  const restored = async () => {
    const letters = new MemoryDeadLetters();
    const count = await new RestoreLetters({ work: storage().work, letters }).run();
    return { count, letters: await letters.page(20_000) };
  };

  it('is empty where nothing is failed', async () => {
    expect(await restored()).toEqual({ count: 0, letters: [] });
  });

  it('holds a letter for each open failure, the oldest first, with nothing of the request in it', async () => {
    await fails(storage(), 3);
    await fails(storage(), 1, NOW + 1);
    await fails(storage(), 2, NOW + 1);
    const { count, letters } = await restored();
    expect(count).toBe(3);
    expect(letters).toMatchObject([3, 1, 2].map((n) => ({ kind: 'failure', transactionId: transactionId(n) })));
    expect(letters[0]).toEqual({
      v: 1,
      kind: 'failure',
      transactionId: transactionId(3),
      code: 'would_revert',
      message: expect.stringContaining('contract would reject') as string,
      at: new Date(NOW).toISOString(),
    });
    expect(JSON.stringify(letters)).not.toMatch(/client|secret/);
  });

  it('holds none of those that are resolved, and again those that were reopened', async () => {
    for (const n of [1, 2, 3]) await fails(storage(), n);
    await commit(storage(), {
      failures: [1, 2].map((n) => ({ kind: 'resolved' as const, transactionId: transactionId(n) })),
    });
    await commit(storage(), { failures: [{ kind: 'reopened', transactionId: transactionId(2) }] });
    const { letters } = await restored();
    expect(letters).toMatchObject([{ transactionId: transactionId(2) }, { transactionId: transactionId(3) }]);
  });

  it('is read page by page, however many failed in one commit', async () => {
    const failures = Array.from({ length: 2_345 }, (_, n) => ({
      kind: 'opened' as const,
      transactionId: transactionId(n),
      code: 'expired' as const,
      message: 'late',
      nodeMessage: null,
    }));
    await commit(storage(), { failures });
    const { count, letters } = await restored();
    expect(count).toBe(2_345);
    expect(new Set(letters.map((letter) => 'transactionId' in letter && letter.transactionId)).size).toBe(2_345);
  });

  it('holds the newest, where there are more than it can hold, and does not read the rest', async () => {
    const pages: (OpenFailure | null)[] = [];
    const openFailures = async (limit: number, before: OpenFailure | null) => {
      pages.push(before);
      return Array.from({ length: limit }, (_, n) => ({
        transactionId: transactionId(100_000 - (pages.length - 1) * limit - n),
        code: 'expired' as const,
        at: NOW,
      }));
    };
    const letters = new MemoryDeadLetters();
    expect(await new RestoreLetters({ work: { openFailures }, letters }).run()).toBe(10_000);
    expect(pages).toHaveLength(10);
    expect((await letters.page(20_000)).at(-1)).toMatchObject({ transactionId: transactionId(100_000) });
  });
});
