import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, processIdentity } from './process-identity.mjs';
import { readJson } from './read-json.mjs';

const POLL_MS = 100;

/**
 * Runs `work` while this process alone holds the lock folder `path`. The lock of a process that died is taken over.
 * @template T
 * @param {string} path
 * @param {() => T | Promise<T>} work
 * @param {() => void} [onWait] called once if another process holds it
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  const token = randomUUID();
  await acquire(path, token, onWait);
  try {
    return await work();
  } finally {
    remove(path, token);
  }
}

/**
 * The folder is made complete elsewhere and renamed into place: a rename onto a folder that holds something fails, so there is no moment in which a lock
 * has no holder's name.
 * @param {string} path
 * @param {string} token
 * @param {(() => void) | undefined} onWait
 */
async function acquire(path, token, onWait) {
  const staged = `${path}.${token}`;
  mkdirSync(staged, { recursive: true });
  writeFileSync(join(staged, 'holder'), JSON.stringify({ token, process: processIdentity(process.pid) }));
  for (let waited = false; ;) {
    try {
      renameSync(staged, path);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? ''))
        throw error;
    }
    const holder = readHolder(path);
    if (holder && !isAlive(holder.process)) {
      // Two may find the same dead holder. Only the one that holds the lock named after it removes it, and only if it is still there; otherwise the
      // slower one would remove the fresh lock of the faster one.
      await withLock(`${path}.stale-${holder.token}`, () => {
        if (readHolder(path)?.token === holder.token) remove(path, holder.token);
      });
    } else {
      if (!waited) onWait?.();
      waited = true;
      await delay(POLL_MS);
    }
  }
}

/**
 * By rename first: removing file by file would leave an empty folder for a moment, which another may take just then.
 * @param {string} path
 * @param {string} token
 */
function remove(path, token) {
  const aside = `${path}.gone-${token}`;
  renameSync(path, aside);
  rmSync(aside, { recursive: true, force: true });
}

/**
 * @param {string} path
 * @returns {{token: string, process: string} | undefined} `undefined`: released meanwhile
 */
function readHolder(path) {
  try {
    return /** @type {{token: string, process: string}} */ (readJson(join(path, 'holder')));
  } catch {
    return undefined;
  }
}
