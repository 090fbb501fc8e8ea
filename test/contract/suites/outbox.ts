import { describe, expect, it } from 'vitest';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import { commit, LANE, transactionId } from '../../support/stored.ts';

/** What every Outbox does; its rows come from commits. */
export function outboxContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);
  const tell = async (n: number): Promise<number> =>
    (await commit(storage(), { wakeUps: [{ signer: LANE, ids: [transactionId(n)] }] })).outbox ?? -1;
  const taken = async (limit: number, sequences?: readonly number[]) =>
    (await storage().outbox.take(limit, sequences)).map(({ sequence }) => sequence);

  describe(`the outbox on ${name}`, () => {
    it('is empty where nothing was told', async () => {
      expect(await taken(10)).toEqual([]);
      await storage().outbox.done([]);
      await storage().outbox.done([7]);
    });

    it('gives the oldest first, as many as are asked for', async () => {
      const told = [await tell(1), await tell(2), await tell(3)];
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(await taken(10)).toEqual(told);
      expect(await taken(2)).toEqual(told.slice(0, 2));
    });

    it('gives just those that are asked for', async () => {
      const told = [await tell(1), await tell(2), await tell(3)];
      expect(await taken(10, [told[2] as number, told[0] as number, 999_999])).toEqual([told[0], told[2]]);
      expect(await taken(10, [])).toEqual([]);
      expect(await taken(1, told)).toEqual([told[0]]);
    });

    it('keeps what was taken until it is done', async () => {
      const told = [await tell(1), await tell(2)];
      await taken(10);
      expect(await taken(10)).toEqual(told);
      await storage().outbox.done([told[0] as number]);
      expect(await taken(10)).toEqual([told[1]]);
      await storage().outbox.done([...told, ...told]);
      expect(await taken(10)).toEqual([]);
    });

    it('never uses a number again: who is late with `done` takes nothing of anybody else’s', async () => {
      const first = await tell(1);
      await storage().outbox.done([first]);
      const second = await tell(2);
      expect(second).toBeGreaterThan(first);
      await storage().outbox.done([first]);
      expect(await taken(10)).toEqual([second]);
    });

    it('takes more numbers than a statement has bindings', async () => {
      const told = [await tell(1), await tell(2)];
      const many = Array.from({ length: 70_000 }, (_, n) => n + (told[1] as number));
      expect(await taken(10, many)).toEqual([told[1]]);
      expect(await taken(1, [...many.toReversed(), ...told])).toEqual([told[0]]);
      await storage().outbox.done(many);
      expect(await taken(10)).toEqual([told[0]]);
    });
  });
}
