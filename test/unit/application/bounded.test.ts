import { expect, it } from 'vitest';
import { bounded } from '../../../src/application/bounded.ts';

it('a few at once, some more in turn, and beyond them it is busy', async () => {
  const run = bounded(2, 1);
  let running = 0;
  let most = 0;
  const releases: (() => void)[] = [];
  const job = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => releases.push(resolve));
    running--;
    return 'done';
  };
  const all = [run(job), run(job), run(job), run(job)];
  expect(await all[3]).toBe('busy');
  for (let round = 0; round < 3; round++) {
    releases.shift()?.();
    await Promise.race(all.slice(0, 3));
    await new Promise(setImmediate);
  }
  expect(await Promise.all(all.slice(0, 3))).toEqual(['done', 'done', 'done']);
  expect(most).toBe(2);
  await expect(run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  const again = run(job);
  await new Promise(setImmediate);
  releases.shift()?.();
  expect(await again).toBe('done');
});
