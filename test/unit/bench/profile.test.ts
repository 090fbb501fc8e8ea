import { SourceMap } from 'node:module';
import { describe, expect, it } from 'vitest';
import { byStage, topFunctions, totalMicros } from '../../../scripts/bench/stages/by-stage.ts';
import { createLocate, inTree } from '../../../scripts/bench/stages/locate.ts';
import { spentIn, type CallFrame, type CpuProfile } from '../../../scripts/bench/stages/profile.ts';
import { threadName } from '../../../scripts/bench/stages/read-profiles.ts';

const frame = (functionName: string, url = ''): CallFrame => ({ functionName, url, lineNumber: 9, columnNumber: 2 });

/** Idle, then a native call of the crypto adapter below a lane, garbage, and the lane itself; 100 µs each, the last one 50. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 6] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('run', '/x/src/application/use-cases/lane/round.ts'), children: [4] },
    { id: 4, callFrame: frame('seal', '/x/src/adapters/outbound/crypto/aes-256-gcm.ts'), children: [5] },
    { id: 5, callFrame: frame('final') },
    { id: 6, callFrame: frame('(garbage collector)') },
  ],
  startTime: 1_000,
  endTime: 1_450,
  samples: [2, 5, 6, 3],
  timeDeltas: [0, 100, 100, 200],
};
const ALL = { beginMicros: 0, endMicros: 10_000 };
const asItIs = ({ functionName, url, lineNumber }: CallFrame) => ({
  name: functionName,
  file: inTree(url),
  line: lineNumber + 1,
});
const spent = (window = ALL) => spentIn(PROFILE, window, asItIs);
const costOf = (window = ALL) => byStage([{ thread: 'main', spent: spent(window) }])[0];

describe('a CPU profile', () => {
  it('gives each sample the time until the next one, and the last one what is left', () => {
    expect(spent().map(({ stack, micros }) => [stack[0]?.name, micros])).toEqual([
      ['(idle)', 100],
      ['final', 100],
      ['(garbage collector)', 200],
      ['run', 50],
    ]);
  });

  it('tells stacks from the leaf on, without the root', () => {
    expect(spent()[1]?.stack.map(({ name }) => name)).toEqual(['final', 'seal', 'run']);
  });

  it('cuts off what was before the window and after it', () => {
    const cut = spent({ beginMicros: 1_150, endMicros: 1_300 });
    expect(cut.map(({ stack, micros }) => [stack[0]?.name, micros])).toEqual([
      ['final', 50],
      ['(garbage collector)', 100],
    ]);
  });

  it('adds up by stage', () => {
    expect(costOf()).toEqual({
      thread: 'main',
      threads: 1,
      micros: { idle: 100, 'seal and open': 100, 'garbage collector': 200, 'lanes: reserve and sign': 50 },
    });
    expect(totalMicros(costOf() as NonNullable<ReturnType<typeof costOf>>)).toBe(450);
  });

  it('puts threads of one name together, the main thread first, and leaves out those that had ended', () => {
    const costs = byStage([
      { thread: 'curve-thread', spent: spent() },
      { thread: 'main', spent: spent() },
      { thread: 'curve-thread', spent: spent() },
      { thread: 'curve-thread', spent: [] },
    ]);
    expect(costs.map(({ thread, threads, micros }) => [thread, threads, micros.idle])).toEqual([
      ['main', 1, 100],
      ['curve-thread', 2, 200],
    ]);
  });

  it('names the functions that took most by themselves, and idling is none', () => {
    const profiles = [{ thread: 'main', spent: [...spent(), ...spent()] }];
    expect(topFunctions(profiles, 2).map(({ name, micros }) => [name, micros])).toEqual([
      ['(garbage collector)', 400],
      ['final', 200],
    ]);
  });

  it('refuses a sample of a node that it has not', () => {
    expect(() => spentIn({ ...PROFILE, samples: [2, 5, 6, 99] }, ALL, asItIs)).toThrow('node 99');
  });

  it('is of a thread that its entry point names', () => {
    const nodes = [{ id: 1, callFrame: frame('call', 'file:///x/dist/curve-thread.js') }];
    expect(threadName('0', { nodes })).toBe('main');
    expect(threadName('2', { nodes })).toBe('curve-thread');
    expect(threadName('3', PROFILE)).toBe('thread 3');
  });
});

describe('call frames in the sources', () => {
  // Counted from 0: line 9, column 2 of the bundle is line 4 of the source.
  const MAP = { version: 3, file: 'a.js', sources: ['../../../src/domain/a.ts'], sourcesContent: [], names: [] };
  const mappings = `${';'.repeat(9)}EAIA`;
  const read: string[] = [];
  const locate = createLocate((bundle) => {
    read.push(bundle);
    return bundle.endsWith('/a.js') ? new SourceMap({ ...MAP, mappings, sourceRoot: '' }) : null;
  });

  it('are found through the map beside a bundled file, which is read once', () => {
    const found = { name: 'decide', file: 'src/domain/a.ts', line: 5 };
    expect(locate(frame('decide', 'file:///x/dist/a.js'))).toEqual(found);
    expect(locate(frame('decide', 'file:///x/dist/a.js'))).toEqual(found);
    expect(read).toEqual(['/x/dist/a.js']);
  });

  it('stay where they are without one', () => {
    expect(locate(frame('f', 'file:///x/dist/b.js'))).toEqual({ name: 'f', file: 'file:///x/dist/b.js', line: 10 });
    expect(locate(frame('', 'node:net'))).toEqual({ name: '(anonymous)', file: 'node:net', line: 10 });
    expect(locate(frame('(idle)'))).toEqual({ name: '(idle)', file: '', line: 10 });
  });

  it('of a library begin with node_modules, whatever folders it has', () => {
    const url = 'file:///x/node_modules/debug/src/common.js';
    expect(locate(frame('debug', url)).file).toBe('node_modules/debug/src/common.js');
    expect(read).not.toContain('/x/node_modules/debug/src/common.js');
  });
});
