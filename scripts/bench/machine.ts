import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { ROOT } from '../setup/root.mjs';

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** With `+` where the tree has changes of its own; null outside a repository. */
  readonly commit: string | null;
  readonly startedAt: string;
  /** Average of the last minute, before anything was started. */
  readonly load: number;
  /** Something else was using the machine: the figures are of both. */
  readonly busy: boolean;
}

const BUSY_SHARE_OF_CORES = 0.5;

export function describeMachine(): Machine {
  const cores = availableParallelism();
  const load = loadavg()[0] as number;
  return {
    cores,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    commit: commit(),
    startedAt: new Date().toISOString(),
    load,
    busy: isBusy(load, cores),
  };
}

export const isBusy = (load: number, cores: number): boolean => load > BUSY_SHARE_OF_CORES * cores;

function commit(): string | null {
  const head = git('rev-parse', 'HEAD');
  if (head === null) return null;
  return head + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
}

function git(...args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
