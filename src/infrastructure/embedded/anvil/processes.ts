import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface AnvilProcess {
  readonly pid: number;
  readonly port: number;
}

const POLL_MS = 20;

const namedBy = (cacheFolder: string): string => ` --cache-path ${cacheFolder} `;

/**
 * Anvils that run with a cache folder of this name: nobody else's have it, so a server finds its predecessor's by it, whatever became of
 * any file. A zombie has no command line any more, and is none.
 */
export function anvilsWith(cacheFolder: string): readonly AnvilProcess[] {
  return commandLines().flatMap(({ pid, line }) => {
    const port = / --port (\d+) /.exec(line)?.[1];
    return line.includes(namedBy(cacheFolder)) && port !== undefined ? [{ pid, port: Number(port) }] : [];
  });
}

/** Whether this one is alive: a look at one process, for those who look often. One that cannot be looked at is believed to be. */
export function lives(pid: number, cacheFolder: string): boolean {
  try {
    if (!existsSync('/proc/self/cmdline')) return process.kill(pid, 0);
    return commandLine(pid).includes(namedBy(cacheFolder));
  } catch (error) {
    return !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'));
  }
}

/** Whether it ended within the time. */
export async function gone(pid: number, cacheFolder: string, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (anvilsWith(cacheFolder).some((anvil) => anvil.pid === pid)) {
    if (Date.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

export function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

interface CommandLine {
  readonly pid: number;
  /** Arguments with a blank between them and one at the end. */
  readonly line: string;
}

function commandLines(): readonly CommandLine[] {
  if (existsSync('/proc/self/cmdline')) return readdirSync('/proc').flatMap(fromProc);
  if (process.platform === 'win32') return [];
  const listing = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return listing.split('\n').map((text) => ({ pid: Number.parseInt(text, 10), line: `${text} ` }));
}

function fromProc(name: string): readonly CommandLine[] {
  if (!/^\d+$/.test(name)) return [];
  try {
    return [{ pid: Number(name), line: commandLine(Number(name)) }];
  } catch {
    return []; // ended meanwhile, or another user's
  }
}

const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
