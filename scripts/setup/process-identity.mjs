import { existsSync, readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same number: its start time besides, where the system shows it (a restarted container hands
 * out the same numbers again). `undefined`: there is no such process, or it is dead and only not yet reaped.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function processIdentity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return undefined;
  }
  if (!existsSync('/proc/self/stat')) return String(pid);
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold spaces and brackets
    const [state = 'X', startTime = ''] = [fields[0], fields[19]];
    return 'ZX'.includes(state) ? undefined : `${String(pid)} ${startTime}`;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} identity as `processIdentity` gave it
 * @returns {boolean}
 */
export function isAlive(identity) {
  return processIdentity(Number.parseInt(identity, 10)) === identity;
}
