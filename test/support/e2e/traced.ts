import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../until.ts';

/** Why system calls cannot be watched here; null where they can. */
export function whyNoStrace(): string | null {
  const { error, status } = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore', timeout: 10_000 });
  if (error !== undefined) return 'strace is not on the PATH';
  return status === 0 ? null : 'strace may not trace here';
}

export interface SystemCall {
  /** `read`, `fdatasync`, … */
  readonly name: string;
  /** Arguments and result, texts cut to some hundred characters. */
  readonly text: string;
}

/** What the process read, wrote and made durable while `run` ran, in the order in which these calls ended. */
export async function traced(pid: number, folder: string, run: () => Promise<void>): Promise<readonly SystemCall[]> {
  const file = join(folder, 'calls');
  const args = ['-f', '-s', '300', '-e', 'trace=read,write,writev,fsync,fdatasync', '-o', file, '-p', String(pid)];
  const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(tracer, 'exit');
  let said = '';
  tracer.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    await until('strace is attached', () => said.includes('attached') || undefined);
    await run();
  } finally {
    tracer.kill('SIGINT'); // it lets go of the process and writes out what it has
    await ended;
  }
  return readFileSync(file, 'utf8').split('\n').flatMap(finished);
}

/** A call that another thread's interrupted is told in two lines, of which the second says that it ended. */
function finished(line: string): SystemCall[] {
  if (line.endsWith('<unfinished ...>')) return [];
  const [, resumed, begun, text = ''] = /^\d+ +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/s.exec(line) ?? [];
  const name = resumed ?? begun;
  return name === undefined ? [] : [{ name, text }];
}
