import { describe, expect, it } from 'vitest';
import type { LeaseToken } from '../../../src/application/change-set.ts';
import type { Leases } from '../../../src/application/ports/leases.ts';
import { LEASE_MS, withLease } from '../../../src/application/with-lease.ts';
import { allHasRun, deferred } from '../../support/deferred.ts';
import { fresh, memory } from '../../support/storage.ts';

const NAME = 'lane:31337:0xab';

describe('work under a lease', () => {
  const storage = fresh(memory);

  it('gives its result, and lets go', async () => {
    const { leases, clock } = storage();
    const outcome = await withLease(leases, clock, NAME, async () => 42);
    expect(outcome).toEqual({ kind: 'done', value: 42, wanted: false });
    expect(await leases.acquire(NAME, LEASE_MS)).not.toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('keeps others out for as long as it runs, however long', async () => {
    const { leases, clock } = storage();
    const work = deferred();
    const outcome = withLease(leases, clock, NAME, () => work.promise);
    for (let passed = 0; passed < 4 * LEASE_MS; passed += 1_000) {
      await allHasRun();
      clock.advance(1_000);
    }
    await allHasRun();
    expect(await withLease(leases, clock, NAME, async () => 'theirs')).toEqual({ kind: 'taken' });
    work.resolve();
    expect(await outcome).toEqual({ kind: 'done', value: undefined, wanted: true });
    expect(clock.pending).toBe(0);
  });

  it('goes on renewing where a renewal fails', async () => {
    const { leases, clock } = storage();
    let failures = 1;
    const shaky: Leases = {
      acquire: (...of) => leases.acquire(...of),
      release: (token) => leases.release(token),
      renew: (...of) => (failures-- > 0 ? Promise.reject(new Error('connection lost')) : leases.renew(...of)),
    };
    const work = deferred();
    const outcome = withLease(shaky, clock, NAME, () => work.promise);
    for (let passed = 0; passed < 2 * LEASE_MS; passed += 1_000) {
      await allHasRun();
      clock.advance(1_000);
    }
    await allHasRun();
    expect(await leases.acquire(NAME, LEASE_MS)).toBeNull();
    work.resolve();
    await outcome;
  });

  it('lets go where the work fails, and tells that failure, even if letting go fails too', async () => {
    const { leases, clock } = storage();
    const fails = (): Promise<never> => Promise.reject(new Error('the node lied'));
    await expect(withLease(leases, clock, NAME, fails)).rejects.toThrow('the node lied');
    const token = (await leases.acquire(NAME, LEASE_MS)) as LeaseToken;
    expect(token.token).toBe(2);
    await leases.release(token);
    const stuck: Leases = {
      acquire: (...of) => leases.acquire(...of),
      renew: (...of) => leases.renew(...of),
      release: () => Promise.reject(new Error('connection lost')),
    };
    await expect(withLease(stuck, clock, NAME, fails)).rejects.toThrow('the node lied');
    expect(clock.pending).toBe(0);
  });
});
