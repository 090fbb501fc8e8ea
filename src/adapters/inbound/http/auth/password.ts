import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { User, VerifyCredentials } from '../deps.ts';
import { sha256 } from './sha256.ts';

const HASH_BYTES = 32;
/** 16 MiB and some 50 ms for each guess: the password itself is configuration, so this slows down guessing and nothing else. */
const COST = { N: 2 ** 14, r: 8, p: 1 };
/** scrypt runs on the thread pool that files and names also need: two of its four threads at most. */
const AT_ONCE = 2;
const MOST_WAITING = 20;

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

/** Checks the one administrator of the configuration. A wrong name takes as long as a wrong password. */
export function configuredAdministrator(user: User, password: string): VerifyCredentials {
  const salt = randomBytes(16);
  const right = derive(password, salt, HASH_BYTES, COST);
  right.catch(() => undefined); // whoever signs in meets the error
  const rightName = sha256(user.username);
  const check = bounded(AT_ONCE, MOST_WAITING);
  return async (username, given) => {
    const same = await check(async () => timingSafeEqual(await derive(given, salt, HASH_BYTES, COST), await right));
    if (same === 'busy') return 'busy';
    const sameName = timingSafeEqual(sha256(username), rightName);
    return same && sameName ? user : null;
  };
}

/** Runs at most `atOnce` jobs; `mostWaiting` more wait their turn, and beyond them it is busy. */
export function bounded(atOnce: number, mostWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <Result>(job: () => Promise<Result>): Promise<Result | 'busy'> => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) return 'busy';
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await job();
    } finally {
      // The place is handed on, not given back: nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
