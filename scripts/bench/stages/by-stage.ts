import type { Frame, Spent } from './profile.ts';
import { stageOf } from './stage-of.ts';
import { STAGES, type Stage } from './stage-table.ts';

/** Those of one name together, such as all curve threads. */
export interface ThreadCost {
  readonly thread: string;
  readonly threads: number;
  readonly micros: Readonly<Partial<Record<Stage, number>>>;
}

/** Of one thread. */
export interface ThreadProfile {
  readonly thread: string;
  readonly spent: readonly Spent[];
}

export interface FunctionCost extends Frame {
  readonly thread: string;
  readonly micros: number;
}

/** Wall-clock microseconds of each thread by stage; the main thread first. Threads that had ended before the window are left out. */
export function byStage(profiles: readonly ThreadProfile[]): readonly ThreadCost[] {
  const costs = new Map<string, { threads: number; micros: Partial<Record<Stage, number>> }>();
  for (const { thread, spent } of profiles) {
    if (spent.length === 0) continue;
    const cost = costs.get(thread) ?? { threads: 0, micros: {} };
    cost.threads++;
    for (const { stack, micros } of spent) {
      const stage = stageOf(stack);
      cost.micros[stage] = (cost.micros[stage] ?? 0) + micros;
    }
    costs.set(thread, cost);
  }
  return [...costs]
    .map(([thread, cost]) => ({ thread, ...cost }))
    .sort((a, b) => Number(b.thread === MAIN_THREAD) - Number(a.thread === MAIN_THREAD));
}

export const MAIN_THREAD = 'main';

export const totalMicros = ({ micros }: ThreadCost): number =>
  STAGES.reduce((sum, stage) => sum + (micros[stage] ?? 0), 0);

/** The most expensive ones by what they took themselves, callees not counted; idling is none. */
export function topFunctions(profiles: readonly ThreadProfile[], count: number): readonly FunctionCost[] {
  const costs = new Map<string, FunctionCost>();
  for (const { thread, spent } of profiles)
    for (const { stack, micros } of spent) {
      const leaf = stack[0] as Frame;
      if (leaf.file === '' && leaf.name === '(idle)') continue;
      const key = [thread, leaf.name, leaf.file, leaf.line].join(' ');
      costs.set(key, { ...leaf, thread, micros: (costs.get(key)?.micros ?? 0) + micros });
    }
  return [...costs.values()].sort((a, b) => b.micros - a.micros).slice(0, count);
}
