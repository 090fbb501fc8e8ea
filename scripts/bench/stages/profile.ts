/** What is read of a .cpuprofile file. Times are microseconds of the clock that `process.hrtime` reads as well (Linux: CLOCK_MONOTONIC). */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** From one sample to the next; the first one from `startTime`. */
  readonly timeDeltas: readonly number[];
}

/** One stack: a function, and through its parents who called it. */
interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** Where a function begins, from 0; `url` is empty for native ones, and for `(idle)` and its like. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A call frame in the sources: `src/…`, `node_modules/…`, `node:…` or empty; lines from 1. */
export interface Frame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** What one stack took by itself. */
export interface Spent {
  /** The leaf first, without the root. */
  readonly stack: readonly Frame[];
  readonly micros: number;
}

export interface Window {
  readonly beginMicros: number;
  readonly endMicros: number;
}

/** What was spent inside the window: a sample stands for the time until the next one, cut to it. */
export function spentIn(profile: CpuProfile, window: Window, locate: (frame: CallFrame) => Frame): readonly Spent[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
  const stackOf = (leaf: number): readonly Frame[] => {
    const stack: Frame[] = [];
    let id: number | undefined = leaf;
    while (id !== undefined) {
      const node = nodes.get(id);
      if (node === undefined) throw new Error(`a sample of node ${id}, which the profile has not`);
      const parent: number | undefined = parents.get(id);
      if (parent !== undefined || stack.length === 0) stack.push(locate(node.callFrame));
      id = parent;
    }
    return stack;
  };
  return [...microsByNode(profile, window)].map(([id, micros]) => ({ stack: stackOf(id), micros }));
}

function microsByNode(profile: CpuProfile, { beginMicros, endMicros }: Window): ReadonlyMap<number, number> {
  const { samples, timeDeltas, startTime, endTime } = profile;
  const sums = new Map<number, number>();
  let at = startTime;
  for (const [i, id] of samples.entries()) {
    at += timeDeltas[i] as number;
    const next = i + 1 < samples.length ? at + (timeDeltas[i + 1] as number) : endTime;
    const micros = Math.min(next, endMicros) - Math.max(at, beginMicros);
    if (micros > 0) sums.set(id, (sums.get(id) ?? 0) + micros);
  }
  return sums;
}
