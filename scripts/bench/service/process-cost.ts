import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Ticks of user and system time of a line of /proc/PID/stat or /proc/PID/task/TID/stat (man 5 proc, fields 14 and 15). */
export function ticksOf(stat: string): number {
  // The name of the program, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Resident memory of a text of /proc/PID/status, in MiB. */
export function residentMib(status: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error('no resident memory is told');
  return Number(kib) / 1024;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** All threads of a process, user and system; those that ended as well. Linux only. */
export const cpuSeconds = (pid: number): number => ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) / ticksPerSecond;

export const residentMibOf = (pid: number): number => residentMib(readFileSync(`/proc/${pid}/status`, 'utf8'));
