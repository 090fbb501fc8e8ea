import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../src/application/ports/accounts.ts';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import { NOW } from '../../support/transactions.ts';

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

/** What every Accounts does. */
export function accountsContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);

  describe(`accounts on ${name}`, () => {
    it.each(ROLES)('keep the session of a user who is a %s', async (role) => {
      const { accounts } = storage();
      const session = { username: 'ann ☂ \u0000', role, expiresAt: NOW + 1 };
      await accounts.openSession(hash(1), session, NOW - 9);
      expect(await accounts.findSession(hash(1), NOW)).toEqual(session);
    });

    it('find a session by its own token only, until its time is over', async () => {
      const { accounts } = storage();
      const session = { username: 'ann', role: 'viewer', expiresAt: NOW } as const;
      await accounts.openSession(hash(1), session, NOW - 9);
      expect(await accounts.findSession(hash(1), NOW - 1)).toEqual(session);
      expect(await accounts.findSession(hash(1), NOW)).toBeNull();
      expect(await accounts.findSession(hash(2), NOW - 1)).toBeNull();
      expect(await accounts.findSession(hash(1).subarray(0, 31), NOW - 1)).toBeNull();
    });

    it('delete what is over when the next session is opened', async () => {
      const { accounts } = storage();
      const session = (expiresAt: number) => ({ username: 'ann', role: 'viewer', expiresAt }) as const;
      for (const n of [1, 2, 3]) await accounts.openSession(hash(n), session(NOW + n), NOW);
      await accounts.openSession(hash(4), session(NOW + 9), NOW + 2);
      const kept = await Promise.all([1, 2, 3, 4].map((n) => accounts.findSession(hash(n), 0)));
      expect(kept.map((found) => found?.expiresAt)).toEqual([undefined, undefined, NOW + 3, NOW + 9]);
    });

    it('end one session and leave the others', async () => {
      const { accounts } = storage();
      for (const n of [1, 2])
        await accounts.openSession(hash(n), { username: 'ann', role: 'operator', expiresAt: NOW }, NOW - 1);
      await accounts.closeSession(hash(1));
      await accounts.closeSession(hash(1));
      expect(await accounts.findSession(hash(1), 0)).toBeNull();
      expect(await accounts.findSession(hash(2), 0)).toMatchObject({ username: 'ann' });
    });
  });
}
