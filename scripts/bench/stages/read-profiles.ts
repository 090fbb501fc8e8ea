import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN_THREAD, type ThreadProfile } from './by-stage.ts';
import { createLocate } from './locate.ts';
import { spentIn, type CpuProfile, type Window } from './profile.ts';

/** Node names them CPU.DATE.TIME.PID.THREAD.SEQUENCE.cpuprofile; the main thread is 0. */
const FILE = /^CPU\.\d+\.\d+\.\d+\.(\d+)\.\d+\.cpuprofile$/;
/** Entry points of threads (src/infrastructure/entry-points). */
const ENTRY = /\/([a-z-]+-thread)\.js$/;
const LEAST_COVERED = 0.9;

/** Every profile in the folder of one server. @throws Error where there is none of the main thread, or it is of another time */
export function readProfiles(folder: string, window: Window): readonly ThreadProfile[] {
  const locate = createLocate();
  const threads = readdirSync(folder).flatMap((name) => {
    const id = FILE.exec(name)?.[1];
    if (id === undefined) return [];
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
    return [{ thread: threadName(id, profile), spent: spentIn(profile, window, locate) }];
  });
  const main = threads.find(({ thread }) => thread === MAIN_THREAD);
  if (main === undefined) throw new Error(`the server left no profile of its main thread in ${folder}`);
  const covered = main.spent.reduce((sum, { micros }) => sum + micros, 0) / (window.endMicros - window.beginMicros);
  if (covered < LEAST_COVERED)
    throw new Error(`the profile covers ${(covered * 100).toFixed(0)} % of the run: its clock is another one`);
  return threads;
}

export function threadName(id: string, { nodes }: Pick<CpuProfile, 'nodes'>): string {
  if (id === '0') return MAIN_THREAD;
  for (const { callFrame } of nodes) {
    const entry = ENTRY.exec(callFrame.url)?.[1];
    if (entry !== undefined) return entry;
  }
  return `thread ${id}`;
}
