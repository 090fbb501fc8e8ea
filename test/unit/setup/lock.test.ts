import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../scripts/setup/lock.mjs';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A lock as a process leaves it that is killed while it holds it. */
function leaveLockOf(process: string): void {
  mkdirSync(lock);
  writeFileSync(join(lock, 'holder'), JSON.stringify({ token: 'left-behind', process }));
}

/** How many of `count` workers were ever inside at once. */
async function mostAtOnce(count: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all(Array.from({ length: count }, () => withLock(lock, work)));
  return most;
}

test('one at a time', async () => {
  expect(await mostAtOnce(5)).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('gives back what the work gives, and lets go where it throws', async () => {
  expect(await withLock(lock, () => 7)).toBe(7);
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a dead process is taken over, by one of all who find it', async () => {
  leaveLockOf('999999999 1');
  expect(await mostAtOnce(5)).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('a later process with the number of a dead one does not hold its lock', async () => {
  const startTimesAreShown = existsSync('/proc/self/stat');
  leaveLockOf(startTimesAreShown ? `${String(process.pid)} 1` : '999999999');
  expect(await withLock(lock, () => 'taken')).toBe('taken');
});

test('what an interrupted release leaves is no lock', async () => {
  mkdirSync(lock);
  expect(await withLock(lock, () => 'taken')).toBe('taken');
});

test('says once that it waits', async () => {
  let said = 0;
  const order: string[] = [];
  let letGo: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const first = withLock(lock, async () => {
    await waiting;
    order.push('first');
  });
  const second = withLock(
    lock,
    () => order.push('second'),
    () => {
      said++;
      letGo();
    },
  );
  await Promise.all([first, second]);
  expect(said).toBe(1);
  expect(order).toEqual(['first', 'second']);
});
