import { describe, expect, it } from 'vitest';
import { ROLES, type Role, type UserChange } from '../../../src/application/ports/accounts.ts';
import { fresh, type OpenStorage } from '../../support/storage.ts';
import { NOW } from '../../support/transactions.ts';

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const MINUTE = 60_000;
const IDLE = 30 * MINUTE;

/** What every Accounts does. */
export function accountsContract(name: string, open: OpenStorage): void {
  const storage = fresh(open);
  const add = (username: string, role: Role = 'viewer') =>
    storage().accounts.addUser({ username, role, passwordHash: `hash of ${username}`, configuredHash: null }, NOW);
  const signIn = (username: string, token: number, expiresAt = NOW + 12 * 60 * MINUTE, at = NOW) =>
    storage().accounts.openSession(hash(token), { username, passwordHash: `hash of ${username}`, expiresAt }, at);
  const find = (token: number, at = NOW) => storage().accounts.findSession(hash(token), at, IDLE);

  describe(`sessions on ${name}`, () => {
    it.each(ROLES)('are kept for a user who is a %s', async (role) => {
      const username = 'ann ☂';
      await add(username, role);
      expect(await signIn(username, 1, NOW + 9)).toBe(true);
      expect(await find(1)).toEqual({ username, role, expiresAt: NOW + 9 });
    });

    it('are found by their own token only, until their time is over', async () => {
      await add('ann');
      await signIn('ann', 1, NOW + 9);
      expect(await find(1, NOW + 8)).not.toBeNull();
      expect(await find(1, NOW + 9)).toBeNull();
      expect(await find(2)).toBeNull();
      expect(await storage().accounts.findSession(hash(1).subarray(0, 31), NOW, IDLE)).toBeNull();
    });

    it('are over when they were not used for a while, and go on while they are', async () => {
      await add('ann');
      await signIn('ann', 1);
      await signIn('ann', 2);
      expect(await find(1, NOW + IDLE - 1)).not.toBeNull();
      expect(await find(1, NOW + 2 * IDLE - 2)).not.toBeNull();
      expect(await find(2, NOW + IDLE + MINUTE)).toBeNull();
    });

    it('are not kept by who only asks', async () => {
      await add('ann');
      await signIn('ann', 1);
      expect(await storage().accounts.findSession(hash(1), NOW + IDLE - 1, IDLE, false)).not.toBeNull();
      expect(await find(1, NOW + IDLE + MINUTE)).toBeNull();
    });

    it('are noted as seen once a minute', async () => {
      await add('ann');
      await signIn('ann', 1);
      const seen = async () => (await storage().accounts.sessions(NOW, IDLE))[0]?.lastSeenAt;
      await find(1, NOW + MINUTE - 1);
      expect(await seen()).toBe(NOW);
      await find(1, NOW + MINUTE);
      expect(await seen()).toBe(NOW + MINUTE);
    });

    it('are opened for nobody, for no disabled user, and not by a password that was changed meanwhile', async () => {
      const { accounts } = storage();
      await add('ann');
      await add('bob');
      await accounts.changeUser('bob', { kind: 'disabled', disabled: true }, NOW);
      expect(await signIn('unheard-of', 1)).toBe(false);
      expect(await signIn('bob', 2)).toBe(false);
      await accounts.changeUser('ann', { kind: 'password', passwordHash: 'other' }, NOW);
      expect(await signIn('ann', 3)).toBe(false);
      expect(await Promise.all([1, 2, 3].map((token) => find(token)))).toEqual([null, null, null]);
    });

    it('are deleted when they are over and the next is opened', async () => {
      await add('ann');
      for (const n of [1, 2, 3]) await signIn('ann', n, NOW + n);
      await signIn('ann', 4, NOW + 9, NOW + 2);
      expect(await storage().knex('sessions').orderBy('expires_at').pluck('expires_at')).toEqual([NOW + 3, NOW + 9]);
    });

    it('end one by one, by user, or by the id that the list names', async () => {
      const { accounts } = storage();
      await add('ann');
      await add('bob', 'operator');
      for (const n of [1, 2, 3]) await signIn('ann', n, NOW + 99, NOW + n);
      await signIn('bob', 4);
      expect(
        (await accounts.sessions(NOW + 4, IDLE)).map(({ id, username, role, openedAt }) => [
          id,
          username,
          role,
          openedAt,
        ]),
      ).toEqual([
        ['0303030303030303', 'ann', 'viewer', NOW + 3],
        ['0202020202020202', 'ann', 'viewer', NOW + 2],
        ['0101010101010101', 'ann', 'viewer', NOW + 1],
        ['0404040404040404', 'bob', 'operator', NOW],
      ]);
      await accounts.closeSession(hash(1));
      await accounts.closeSession(hash(1));
      expect(await accounts.endSessions({ id: '0202020202020202' })).toBe(1);
      expect(await accounts.endSessions({ id: '0202020202020202' })).toBe(0);
      expect((await accounts.sessions(NOW + 4, IDLE)).map(({ id }) => id.slice(0, 2))).toEqual(['03', '04']);
      expect(await accounts.endSessions({ username: 'ann' })).toBe(1);
      expect((await accounts.sessions(NOW + 4, IDLE)).map(({ id }) => id.slice(0, 2))).toEqual(['04']);
      expect(await accounts.sessions(NOW + IDLE + MINUTE, IDLE)).toEqual([]);
    });
  });

  describe(`users on ${name}`, () => {
    it('are kept with what they were given', async () => {
      const { accounts } = storage();
      const ann = { username: 'ann', role: 'operator', passwordHash: 'h', configuredHash: 'c' } as const;
      expect(await accounts.addUser(ann, NOW)).toBe('added');
      expect(await accounts.addUser({ ...ann, role: 'viewer' }, NOW)).toBe('exists');
      expect(await accounts.users()).toEqual([
        { username: 'ann', role: 'operator', disabled: false, createdAt: NOW, passwordSetAt: NOW },
      ]);
      expect(await accounts.credentials('ann')).toEqual({
        role: 'operator',
        disabled: false,
        passwordHash: 'h',
        configuredHash: 'c',
      });
      expect(await accounts.credentials('ANN ')).toBeNull();
    });

    it.each<[string, UserChange, boolean]>([
      ['another role', { kind: 'role', role: 'operator' }, true],
      ['another password', { kind: 'password', passwordHash: 'new' }, true],
      ['being disabled', { kind: 'disabled', disabled: true }, true],
      ['being removed', { kind: 'removed' }, true],
      ['being enabled', { kind: 'disabled', disabled: false }, false],
    ])('%s ends the sessions of that user at once: %j', async (_, change, ends) => {
      await add('ann');
      await add('bob');
      await signIn('ann', 1);
      await signIn('bob', 2);
      expect(await storage().accounts.changeUser('ann', change, NOW + 1)).toBe('done');
      expect([await find(1), await find(2)].map((found) => found === null)).toEqual([ends, false]);
    });

    it('change as they are told', async () => {
      const { accounts } = storage();
      await add('ann');
      await accounts.changeUser('ann', { kind: 'role', role: 'administrator' }, NOW + 1);
      await accounts.changeUser('ann', { kind: 'password', passwordHash: 'p', configuredHash: 'c' }, NOW + 2);
      await accounts.changeUser('ann', { kind: 'password', passwordHash: 'q' }, NOW + 3);
      expect([(await accounts.users())[0], await accounts.credentials('ann')]).toMatchObject([
        { role: 'administrator', passwordSetAt: NOW + 3 },
        { passwordHash: 'q', configuredHash: 'c' },
      ]);
      await accounts.noteConfigured('ann', 'd');
      await accounts.rehash('ann', 'p', 'not this one');
      await accounts.rehash('ann', 'q', 'better');
      expect(await accounts.credentials('ann')).toMatchObject({ passwordHash: 'better', configuredHash: 'd' });
      expect((await accounts.users())[0]?.passwordSetAt).toBe(NOW + 3);
      expect(await accounts.changeUser('unheard-of', { kind: 'removed' }, NOW)).toBe('unknown');
    });

    it.each<UserChange>([
      { kind: 'role', role: 'operator' },
      { kind: 'disabled', disabled: true },
      { kind: 'removed' },
    ])('keep the last enabled administrator: %j', async (change) => {
      const { accounts } = storage();
      await add('ann', 'administrator');
      await add('bob', 'administrator');
      await add('vic');
      await signIn('ann', 1);
      expect(await accounts.changeUser('bob', { kind: 'disabled', disabled: true }, NOW)).toBe('done');
      expect(await accounts.changeUser('ann', change, NOW)).toBe('lastAdministrator');
      expect(await find(1)).toMatchObject({ role: 'administrator' });
      // One that is not enabled is not the last, and neither is one of another role.
      expect(await accounts.changeUser('vic', change, NOW)).toBe('done');
      expect(await accounts.changeUser('bob', change, NOW)).toBe('done');
    });

    it('keep one of two administrators who go at once', async () => {
      const { accounts } = storage();
      await add('ann', 'administrator');
      await add('bob', 'administrator');
      const outcomes = await Promise.all(
        ['ann', 'bob'].map((username) => accounts.changeUser(username, { kind: 'removed' }, NOW)),
      );
      expect(outcomes.sort()).toEqual(['done', 'lastAdministrator']);
    });
  });
}
