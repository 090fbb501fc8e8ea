import { describe, expect, it } from 'vitest';
import type { LeaseToken } from '../../../src/application/change-set.ts';
import { fresh, type OpenStorage, type StorageCapabilities } from '../../support/storage.ts';

const TTL = 15_000;

/** What every Leases does, by a clock that passes when the test says so. */
export function leasesContract(name: string, open: OpenStorage, { shared }: StorageCapabilities): void {
  const storage = fresh(open);
  const acquire = (lease = 'lane') => storage().leases.acquire(lease, TTL);
  const taken = async (lease = 'lane'): Promise<LeaseToken> => {
    const token = await acquire(lease);
    if (token === null) throw new Error(`${lease} is taken`);
    return token;
  };
  const pass = (ms: number) => {
    storage().clock.advance(ms);
  };

  describe(`leases on ${name}`, () => {
    it('belong to one at a time', async () => {
      expect(await acquire()).toEqual({ name: 'lane', token: 1 });
      expect(await acquire()).toBeNull();
      pass(TTL - 1);
      expect(await acquire()).toBeNull();
    });

    it('are of as many names as are asked for', async () => {
      await taken();
      expect(await acquire('tracker')).toEqual({ name: 'tracker', token: 1 });
    });

    it('pass on when their time is over; the token grows by one', async () => {
      await taken();
      pass(TTL);
      expect(await acquire()).toEqual({ name: 'lane', token: 2 });
      expect(await acquire()).toBeNull();
    });

    it('are had by one of many who ask at the same time', async () => {
      const tokens = await Promise.all(Array.from({ length: 5 }, () => acquire()));
      expect(tokens.filter((token) => token !== null)).toEqual([{ name: 'lane', token: 1 }]);
    });

    it('last longer when renewed', async () => {
      const token = await taken();
      pass(TTL - 1);
      expect(await storage().leases.renew(token, TTL)).toBe(true);
      pass(TTL - 1);
      expect(await acquire()).toBeNull();
      pass(1);
      expect(await acquire()).toEqual({ name: 'lane', token: 2 });
    });

    it('are not renewed once their time is over, though nobody took them', async () => {
      const token = await taken();
      pass(TTL);
      expect(await storage().leases.renew(token, TTL)).toBe(false);
      expect(await acquire()).toEqual({ name: 'lane', token: 2 });
    });

    it('are not renewed by who had them before', async () => {
      const old = await taken();
      pass(TTL);
      const token = await taken();
      expect(await storage().leases.renew(old, TTL)).toBe(false);
      expect(await storage().leases.renew(token, TTL)).toBe(true);
    });

    it('are free at once when let go, and the token goes on growing', async () => {
      const token = await taken();
      expect(await storage().leases.release(token)).toEqual({ wanted: false });
      expect(await storage().leases.renew(token, TTL)).toBe(false);
      expect(await acquire()).toEqual({ name: 'lane', token: 2 });
    });

    it('say when they are let go that somebody wanted them meanwhile', async () => {
      const token = await taken();
      await acquire();
      expect(await storage().leases.release(token)).toEqual({ wanted: true });
    });

    it('forget who wanted them when they are taken', async () => {
      const first = await taken();
      await acquire();
      await storage().leases.release(first);
      const second = await taken();
      expect(await storage().leases.release(second)).toEqual({ wanted: false });
    });

    it('stay with the new owner when the old one lets go late', async () => {
      const old = await taken();
      pass(TTL);
      const token = await taken();
      await acquire();
      expect(await storage().leases.release(old)).toEqual({ wanted: false });
      expect(await acquire()).toBeNull();
      expect(await storage().leases.release(token)).toEqual({ wanted: true });
    });

    it('that nobody ever had are neither renewed nor let go', async () => {
      const token = { name: 'unknown', token: 1 };
      expect(await storage().leases.renew(token, TTL)).toBe(false);
      expect(await storage().leases.release(token)).toEqual({ wanted: false });
    });

    if (shared) {
      it('are the same for another process', async () => {
        const other = await storage().another();
        const token = await taken();
        expect(await other.leases.acquire('lane', TTL)).toBeNull();
        expect(await storage().leases.release(token)).toEqual({ wanted: true });
        expect(await other.leases.acquire('lane', TTL)).toEqual({ name: 'lane', token: 2 });
      });
    }
  });
}
