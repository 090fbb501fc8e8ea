import { describe, expect, it } from 'vitest';
import type { DeadLetters, Letter } from '../../../src/application/ports/dead-letters.ts';
import type { TransactionId } from '../../../src/domain/primitives.ts';

const AT = '2026-01-01T00:00:00.000Z';
const failure = (id: string, message = 'The contract refused it.'): Letter & { kind: 'failure' } => ({
  v: 1,
  kind: 'failure',
  transactionId: id as TransactionId,
  code: 'would_revert',
  message,
  at: AT,
});
const malformed = (body: string): Letter => ({ v: 1, kind: 'malformed', body, at: AT });

/** What every DeadLetters does. It is at-least-once: a letter may be there twice, but never after it was removed. */
export function deadLettersSuite(create: () => Promise<DeadLetters>): void {
  describe('as dead letters', () => {
    it('shows what was put there, whole', async () => {
      const letters = await create();
      const put = [failure('a'), failure('b', 'Grüße "\u2028" 🙂\n'), malformed('{"v":2}')];
      await letters.put(put);
      const page = await letters.page(10);
      expect(page).toHaveLength(3);
      expect(page).toEqual(expect.arrayContaining(put));
    });

    it('showing takes nothing away', async () => {
      const letters = await create();
      await letters.put([failure('a')]);
      expect(await letters.page(10)).toEqual(await letters.page(10));
    });

    it('shows no more than it is asked for', async () => {
      const letters = await create();
      await letters.put(Array.from({ length: 30 }, (_, n) => failure(`t${n}`)));
      expect(await letters.page(7)).toHaveLength(7);
      expect(new Set((await letters.page(100)).map((letter) => JSON.stringify(letter))).size).toBe(30);
    });

    it('takes away a transaction’s letters, also one that was put twice, and leaves the others', async () => {
      const letters = await create();
      await letters.put([failure('a'), failure('b'), malformed('x')]);
      await letters.put([failure('a', 'again'), failure('c')]);
      await letters.remove(['a', 'b', 'unknown'] as TransactionId[]);
      expect(await letters.page(10)).toEqual(expect.arrayContaining([failure('c'), malformed('x')]));
      expect(await letters.page(10)).toHaveLength(2);
    });

    it('a letter that was taken away may come again', async () => {
      const letters = await create();
      await letters.put([failure('a')]);
      await letters.remove(['a' as TransactionId]);
      await letters.put([failure('a', 'once more')]);
      expect(await letters.page(10)).toEqual([failure('a', 'once more')]);
    });

    it('takes nothing for nothing', async () => {
      const letters = await create();
      await letters.put([]);
      await letters.remove([]);
      expect(await letters.page(10)).toEqual([]);
    });
  });
}
