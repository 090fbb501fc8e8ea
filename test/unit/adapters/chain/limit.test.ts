import { expect, it } from 'vitest';
import { Limit } from '../../../../src/adapters/outbound/chain/json-rpc/limit.ts';

it('lets so many work at once, the rest in order, and gives a place back after a failure', async () => {
  const limit = new Limit(2);
  const started: number[] = [];
  const finish: ((fails: boolean) => void)[] = [];
  const results = [0, 1, 2, 3].map((number) =>
    limit.run(async () => {
      started.push(number);
      await new Promise<void>((resolve, reject) => {
        finish.push((fails) => {
          if (fails) reject(new Error(`failed ${number}`));
          else resolve();
        });
      });
      return number;
    }),
  );
  const settled = Promise.allSettled(results);
  expect(started).toEqual([0, 1]);
  finish[1]?.(true);
  await expect(results[1]).rejects.toThrow('failed 1');
  expect(started).toEqual([0, 1, 2]);
  finish[0]?.(false);
  expect(await results[0]).toBe(0);
  expect(started).toEqual([0, 1, 2, 3]);
  finish[2]?.(false);
  finish[3]?.(false);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});
