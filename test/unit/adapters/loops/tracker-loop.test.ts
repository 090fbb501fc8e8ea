import { afterEach, describe, expect, it } from 'vitest';
import { TrackerLoop } from '../../../../src/adapters/inbound/loops/tracker-loop.ts';
import { RecordingLog } from '../../../../src/adapters/outbound/observability/memory/recording-log.ts';
import type { LeaseToken } from '../../../../src/application/change-set.ts';
import { trackerLease } from '../../../../src/application/use-cases/track/track-blocks.ts';
import type { Turn } from '../../../../src/application/use-cases/track/track-parts.ts';
import { LEASE_MS } from '../../../../src/application/with-lease.ts';
import { allHasRun, deferred, type Deferred } from '../../../support/deferred.ts';
import { fresh, memory } from '../../../support/storage.ts';
import { CHAIN } from '../../../support/stored.ts';
import { until } from '../../../support/until.ts';

const HOUR_MS = 3_600_000;
const NAME = trackerLease(CHAIN);

describe('the tracker loop', () => {
  const storage = fresh(memory);
  const loops: TrackerLoop[] = [];
  afterEach(async () => {
    await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  });

  /** A tracker whose turns the test ends; asked for blocks by itself once an hour only. */
  function started() {
    const { leases, clock } = storage();
    const turns: (Deferred<Turn> & { readonly fence: LeaseToken })[] = [];
    const log = new RecordingLog();
    const turn = (fence: LeaseToken): Promise<Turn> => {
      const one = { ...deferred<Turn>(), fence };
      turns.push(one);
      return one.promise;
    };
    const loop = new TrackerLoop({ chainId: CHAIN, tracker: { turn }, leases, timers: clock, log, pollMs: HOUR_MS });
    loops.push(loop);
    loop.start();
    const nth = (n: number) => until(`turn ${n}`, () => turns[n - 1]);
    return { loop, turns, log, nth };
  }

  it('reads on while there are blocks, under one lease', async () => {
    const { nth, loop } = started();
    const first = await nth(1);
    first.resolve('moved');
    const second = await nth(2);
    expect(second.fence).toEqual(first.fence);
    expect(await storage().leases.acquire(NAME, LEASE_MS)).toBeNull();
    second.resolve('idle');
    await loop.stop();
  });

  it('sleeps where nothing is new, until it is woken; a wake-up during a turn is not lost', async () => {
    const { loop, turns, nth } = started();
    const first = await nth(1);
    loop.wake();
    first.resolve('idle');
    const second = await nth(2);
    second.resolve('idle');
    await allHasRun();
    expect(turns).toHaveLength(2);
    loop.wake();
    (await nth(3)).resolve('idle');
  });

  it('takes its lease anew where that has passed on', async () => {
    const { loop, nth } = started();
    const { clock, leases } = storage();
    const first = await nth(1);
    clock.jumpTo(clock.now() + LEASE_MS);
    const theirs = (await leases.acquire(NAME, LEASE_MS)) as LeaseToken;
    await leases.release(theirs);
    first.resolve('waiting');
    loop.wake();
    const second = await nth(2);
    expect(second.fence.token).toBeGreaterThan(theirs.token);
    second.resolve('idle');
  });

  it('keeps away while another process tracks the chain', async () => {
    const { leases } = storage();
    await leases.acquire(NAME, LEASE_MS);
    const { turns, loop } = started();
    await allHasRun();
    await loop.stop();
    expect(turns).toHaveLength(0);
  });

  it('lets go of its lease when a turn fails, and when it stops; the turn in hand is finished first', async () => {
    const { loop, nth, log } = started();
    const first = await nth(1);
    first.reject(new Error('the database is away'));
    await until('the failure is told', () => log.lines.length > 0);
    const second = await nth(2);
    expect(second.fence.token).toBe(first.fence.token + 1);
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await allHasRun();
    expect(stopped).toBe(false);
    second.resolve('idle');
    await stopping;
    expect(await storage().leases.acquire(NAME, LEASE_MS)).not.toBeNull();
  });
});
