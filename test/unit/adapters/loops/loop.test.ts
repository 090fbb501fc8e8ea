import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Loop } from '../../../../src/adapters/inbound/loops/loop.ts';
import { relayLoop } from '../../../../src/adapters/inbound/loops/relay-loop.ts';
import { sweepLoop } from '../../../../src/adapters/inbound/loops/sweep-loop.ts';
import { RecordingLog } from '../../../../src/adapters/outbound/observability/memory/recording-log.ts';
import { allHasRun, deferred, type Deferred } from '../../../support/deferred.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const HOUR_MS = 3_600_000;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A loop whose turns the test ends. */
function startedLoop() {
  const turns: Deferred<number>[] = [];
  const log = new RecordingLog();
  const turn = (): Promise<number> => {
    const one = deferred<number>();
    turns.push(one);
    return one.promise;
  };
  const loop = new Loop({ name: 'example', log, pauseAfterErrorMs: 1_000, turn });
  loop.start();
  const end = async (delayMs: number): Promise<void> => {
    turns.at(-1)?.resolve(delayMs);
    await allHasRun();
  };
  return { loop, turns, log, end };
}

describe('a loop', () => {
  it('turns again when its time is up, and not before', async () => {
    const { turns, end } = startedLoop();
    await end(500);
    await pass(499);
    expect(turns).toHaveLength(1);
    await pass(1);
    expect(turns).toHaveLength(2);
  });

  it('turns again at once where there may be more', async () => {
    const { turns, end } = startedLoop();
    await end(0);
    expect(turns).toHaveLength(2);
  });

  it('is woken from its pause', async () => {
    const { loop, turns, end } = startedLoop();
    await end(HOUR_MS);
    loop.wake();
    await allHasRun();
    expect(turns).toHaveLength(2);
  });

  it('turns once more where it was woken during a turn, however often', async () => {
    const { loop, turns, end } = startedLoop();
    loop.wake();
    loop.wake();
    await end(HOUR_MS);
    expect(turns).toHaveLength(2);
    await end(HOUR_MS);
    expect(turns).toHaveLength(2);
  });

  it('is one loop, however often it is started', async () => {
    const { loop, turns } = startedLoop();
    loop.start();
    await allHasRun();
    expect(turns).toHaveLength(1);
  });

  it('says what went wrong in a turn, pauses and goes on', async () => {
    const { turns, log, end } = startedLoop();
    turns[0]?.reject(new Error('the disk is full'));
    await allHasRun();
    expect(log.lines).toMatchObject([{ level: 'error', fields: { loop: 'example' } }]);
    await pass(999);
    expect(turns).toHaveLength(1);
    await pass(1);
    expect(turns).toHaveLength(2);
    await end(0);
    expect(turns).toHaveLength(3);
  });

  it('finishes the turn in hand before it has stopped', async () => {
    const { loop, turns, end } = startedLoop();
    let stopped = false;
    void loop.stop().then(() => (stopped = true));
    await allHasRun();
    expect(stopped).toBe(false);
    await end(0);
    expect(stopped).toBe(true);
    expect(turns).toHaveLength(1);
  });

  it('stops at once while it pauses, and leaves no timer', async () => {
    const { loop, turns, end } = startedLoop();
    await end(HOUR_MS);
    await loop.stop();
    expect(turns).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the relay', () => {
  it('goes on while there is more to publish, then waits for a wake-up', async () => {
    let [runs, more] = [0, 2];
    const relay = relayLoop({ run: async () => (runs++, more-- > 0) }, new RecordingLog());
    relay.start();
    await allHasRun();
    expect(runs).toBe(3);
    relay.wake();
    await allHasRun();
    expect(runs).toBe(4);
    await relay.stop();
  });
});

describe('the sweeper', () => {
  it('looks at once, and then every so often', async () => {
    let runs = 0;
    const run = async (): Promise<void> => {
      runs++;
    };
    const sweep = sweepLoop({ run }, new RecordingLog(), 700);
    sweep.start();
    await allHasRun();
    expect(runs).toBe(1);
    await pass(2_100);
    expect(runs).toBe(4);
    await sweep.stop();
  });
});
