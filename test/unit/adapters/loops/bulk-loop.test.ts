import { afterEach, describe, expect, it } from 'vitest';
import { BULK_LEASE, bulkLoop } from '../../../../src/adapters/inbound/loops/bulk-loop.ts';
import type { Loop } from '../../../../src/adapters/inbound/loops/loop.ts';
import { RecordingLog } from '../../../../src/adapters/outbound/observability/memory/recording-log.ts';
import type { LeaseToken } from '../../../../src/application/change-set.ts';
import type { BulkTurn } from '../../../../src/application/use-cases/bulk/run-bulk-retries.ts';
import { LEASE_MS } from '../../../../src/application/with-lease.ts';
import { allHasRun, deferred, type Deferred } from '../../../support/deferred.ts';
import { fresh, memory } from '../../../support/storage.ts';
import { until } from '../../../support/until.ts';

describe('the loop of bulk retries', () => {
  const storage = fresh(memory);
  const loops: Loop[] = [];
  afterEach(async () => {
    await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  });

  /** Turns that the test ends; jobs that there are while it says so. */
  function started(options: { open: boolean; pauseMs?: number }) {
    const turns: (Deferred<BulkTurn> & { readonly fence: LeaseToken })[] = [];
    let asked = 0;
    const bulk = {
      hasWork: async () => {
        asked += 1;
        return options.open;
      },
      turn: (fence: LeaseToken) => {
        const one = { ...deferred<BulkTurn>(), fence };
        turns.push(one);
        return one.promise;
      },
    };
    const { leases, clock } = storage();
    const log = new RecordingLog();
    const loop = bulkLoop({ bulk, leases, timers: clock, log, pauseMs: options.pauseMs ?? 0 });
    loops.push(loop);
    loop.start();
    return { loop, turns, asked: () => asked, nth: (n: number) => until(`turn ${n}`, () => turns[n - 1]) };
  }
  const isTaken = async () => (await storage().leases.acquire(BULK_LEASE, LEASE_MS)) === null;

  it('takes no lease while no job is open', async () => {
    const { asked, turns } = started({ open: false });
    await until('it has asked', () => asked() === 1);
    await allHasRun();
    expect(turns).toEqual([]);
    expect(await storage().knex('leases')).toEqual([]);
  });

  it('goes on under one lease while there is more, and lets it go then', async () => {
    const { nth } = started({ open: true });
    const first = await nth(1);
    first.resolve('more');
    const second = await nth(2);
    expect(second.fence).toEqual(first.fence);
    expect(await isTaken()).toBe(true);
    second.resolve('nothing');
    await until('the lease is free', async () => !(await isTaken()));
  });

  it('looks again when it is woken, also where that was during a turn', async () => {
    const { loop, nth } = started({ open: true });
    const first = await nth(1);
    loop.wake();
    first.resolve('nothing');
    const second = await nth(2);
    expect(second.fence.token).toBe(first.fence.token + 1);
    second.resolve('lost');
    await allHasRun();
    loop.wake();
    (await nth(3)).resolve('nothing');
  });

  it('leaves it to who has the lease', async () => {
    await storage().leases.acquire(BULK_LEASE, LEASE_MS);
    const { turns, asked } = started({ open: true });
    await until('it has asked', () => asked() === 1);
    await allHasRun();
    expect(turns).toEqual([]);
  });

  it('stops between two batches, without waiting for the pause', async () => {
    const { loop, turns, nth } = started({ open: true, pauseMs: 3_600_000 });
    const first = await nth(1);
    const stopped = loop.stop();
    first.resolve('more');
    await stopped;
    expect(turns).toHaveLength(1);
    expect(await isTaken()).toBe(false);
  });
});
