import { beforeEach, describe, expect, it } from 'vitest';
import { ScryptPasswords } from '../../../src/adapters/outbound/crypto/scrypt-passwords.ts';
import type { Passwords } from '../../../src/application/ports/passwords.ts';
import { FirstAdministrator } from '../../../src/application/use-cases/first-administrator.ts';
import { SignIn, type SignInOutcome } from '../../../src/application/use-cases/sign-in.ts';
import { fresh, memory, openFile, type Storage } from '../../support/storage.ts';

const passwords = new ScryptPasswords({ N: 2, r: 8, p: 1 });
const better = new ScryptPasswords({ N: 4, r: 8, p: 1 });
const MINUTE = 60_000;
const IDLE = 30 * MINUTE;
const cipher = {
  blindIndex: async (purpose: string, values: readonly string[]) =>
    values.map((value) => Buffer.from(`${purpose} ${value}`).subarray(0, 50)),
};

const storage = fresh(memory);
const signInOn = ({ accounts, counters, clock }: Storage, by: Passwords = passwords) =>
  new SignIn({ accounts, counters, passwords: by, cipher, clock, sessionMs: 12 * 60 * MINUTE });

let token = 0;
const hashOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
async function attempt(
  password: string,
  { username = 'ann', address = 'home', on = signInOn(storage()) } = {},
): Promise<SignInOutcome> {
  token += 1;
  return on.signIn({ username, password, address, tokenHash: hashOf(token) });
}
const kinds = async (times: number, tryOnce: (n: number) => Promise<SignInOutcome>): Promise<readonly string[]> => {
  const all: string[] = [];
  for (let n = 0; n < times; n++) all.push((await tryOnce(n)).kind);
  return all;
};
const REFUSED_TEN = Array.from({ length: 10 }, () => 'refused');

beforeEach(async () => {
  token = 0;
  const { accounts, clock } = storage();
  const passwordHash = await passwords.hash('right');
  await accounts.addUser({ username: 'ann', role: 'operator', passwordHash, configuredHash: null }, clock.now());
});

describe('a sign-in', () => {
  it('opens a session of twelve hours in the role of the user', async () => {
    const { clock, accounts } = storage();
    const expiresAt = clock.now() + 12 * 60 * MINUTE;
    expect(await attempt('right')).toEqual({ kind: 'signedIn', username: 'ann', role: 'operator', expiresAt });
    expect(await accounts.findSession(hashOf(1), clock.now(), IDLE)).toEqual({
      username: 'ann',
      role: 'operator',
      expiresAt,
    });
  });

  it('tells a wrong name from a wrong password by nothing, nor a disabled user', async () => {
    const { accounts, clock } = storage();
    const passwordHash = await passwords.hash('right');
    await accounts.addUser({ username: 'off', role: 'viewer', passwordHash, configuredHash: null }, clock.now());
    await accounts.changeUser('off', { kind: 'disabled', disabled: true }, clock.now());
    const verified: (string | null)[] = [];
    const watching = {
      hash: (password: string) => passwords.hash(password),
      verify: (password: string, hash: string | null) => {
        verified.push(hash === null ? null : 'a hash');
        return passwords.verify(password, hash);
      },
    };
    const on = signInOn(storage(), watching);
    expect(await attempt('wrong', { on })).toEqual({ kind: 'refused' });
    expect(await attempt('right', { on, username: 'nobody' })).toEqual({ kind: 'refused' });
    expect(await attempt('right', { on, username: 'off' })).toEqual({ kind: 'refused' });
    // A password is hashed each time: so all of them take as long.
    expect(verified).toEqual(['a hash', null, 'a hash']);
    expect(await storage().knex('sessions')).toEqual([]);
  });

  it('hashes a password anew by the parameters of now', async () => {
    const { accounts } = storage();
    expect(await attempt('right', { on: signInOn(storage(), better) })).toMatchObject({ kind: 'signedIn' });
    const hash = (await accounts.credentials('ann'))?.passwordHash ?? '';
    expect(await better.verify('right', hash)).toBe('right');
  });

  it('opens nothing where the password is changed while it is being checked', async () => {
    const { accounts, clock } = storage();
    const slow = {
      hash: (password: string) => passwords.hash(password),
      verify: async (password: string, hash: string | null) => {
        await accounts.changeUser('ann', { kind: 'password', passwordHash: 'other' }, clock.now());
        return passwords.verify(password, hash);
      },
    };
    expect(await attempt('right', { on: signInOn(storage(), slow) })).toEqual({ kind: 'refused' });
  });
});

describe('failures', () => {
  it('are ten for an address in 15 minutes, the right password included, and then it goes on', async () => {
    const { clock } = storage();
    expect(await kinds(10, (n) => attempt('wrong', { username: `user-${n}` }))).toEqual(REFUSED_TEN);
    clock.advance(5 * MINUTE);
    expect(await attempt('right')).toEqual({ kind: 'throttled', retryAfterMs: 10 * MINUTE });
    clock.advance(10 * MINUTE);
    expect(await attempt('right')).toMatchObject({ kind: 'signedIn' });
  });

  it('are ten for a name from strangers’ addresses, which keeps out neither the user nor anybody else', async () => {
    expect(await attempt('right', { address: 'office' })).toMatchObject({ kind: 'signedIn' });
    expect(await kinds(10, (n) => attempt('wrong', { address: `bot-${n}` }))).toEqual(REFUSED_TEN);
    expect(await attempt('wrong', { address: 'bot-99' })).toMatchObject({ kind: 'throttled' });
    expect(await attempt('right', { address: 'office' })).toMatchObject({ kind: 'signedIn' });
    expect(await attempt('wrong', { address: 'bot-99', username: 'bob' })).toEqual({ kind: 'refused' });
    // From where the user never signed in before: after a quarter of an hour, or by the command on the machine.
    expect(await attempt('right', { address: 'hotel' })).toMatchObject({ kind: 'throttled' });
  });

  it('of a known address count against that address', async () => {
    await attempt('right', { address: 'office' });
    expect(await kinds(10, () => attempt('wrong', { address: 'office' }))).toEqual(REFUSED_TEN);
    expect(await attempt('right', { address: 'office' })).toMatchObject({ kind: 'throttled' });
    expect(await attempt('right', { address: 'hotel' })).toMatchObject({ kind: 'signedIn' });
  });

  it('look the same for a name that there is not', async () => {
    await kinds(10, (n) => attempt('wrong', { username: 'nobody', address: `bot-${n}` }));
    expect(await attempt('wrong', { username: 'nobody', address: 'bot-99' })).toMatchObject({ kind: 'throttled' });
  });

  it('are not what succeeds', async () => {
    expect(await kinds(25, () => attempt('right'))).toEqual(Array.from({ length: 25 }, () => 'signedIn'));
  });

  it('pass ten however many come at once', async () => {
    const on = signInOn(storage());
    const all = await Promise.all(Array.from({ length: 20 }, () => attempt('wrong', { on })));
    expect(all.filter(({ kind }) => kind === 'refused').length).toBeLessThanOrEqual(10);
  });

  it('hold over processes and restarts', async () => {
    const first = await openFile();
    try {
      const second = await first.another();
      for (const one of [first, second]) await kinds(5, () => attempt('wrong', { on: signInOn(one) }));
      for (const one of [first, second]) {
        expect(await attempt('wrong', { on: signInOn(one) })).toMatchObject({ kind: 'throttled' });
      }
    } finally {
      await first.close();
    }
  });

  it('write nothing of what was typed', async () => {
    await attempt('wrong', { username: 'my-password-in-the-wrong-field' });
    expect(JSON.stringify(await storage().knex('counters'))).not.toContain('my-password');
  });
});

describe('the administrator of the environment', () => {
  const run = (username: string, password: string) => {
    const { accounts, clock } = storage();
    return new FirstAdministrator({ accounts, passwords, clock }).run(username, password);
  };
  const passwordOf = async (username: string, password: string) => {
    const hash = (await storage().accounts.credentials(username))?.passwordHash;
    return hash === undefined ? null : passwords.verify(password, hash);
  };

  it('is made at the first start, and kept at the next', async () => {
    expect(await run('admin', 'first')).toBe('created');
    expect(await run('admin', 'first')).toBe('kept');
    expect(await storage().accounts.users()).toMatchObject([
      { username: 'admin', role: 'administrator' },
      { username: 'ann', role: 'operator' },
    ]);
    expect(await passwordOf('admin', 'first')).toBe('right');
  });

  it('takes a password that is changed in the environment, and ends the sessions', async () => {
    const { accounts, clock } = storage();
    await run('admin', 'first');
    await attempt('first', { username: 'admin' });
    expect(await run('admin', 'second')).toBe('changed');
    expect([await passwordOf('admin', 'first'), await passwordOf('admin', 'second')]).toEqual(['wrong', 'right']);
    expect(await accounts.findSession(hashOf(1), clock.now(), IDLE)).toBeNull();
    expect(await run('admin', 'second')).toBe('kept');
  });

  it('keeps a password that was set by command, whatever the environment still says', async () => {
    const { accounts, clock } = storage();
    await run('admin', 'leaked');
    await accounts.changeUser('admin', { kind: 'password', passwordHash: await passwords.hash('set') }, clock.now());
    expect(await run('admin', 'leaked')).toBe('kept');
    expect([await passwordOf('admin', 'leaked'), await passwordOf('admin', 'set')]).toEqual(['wrong', 'right']);
    expect(await run('admin', 'newer')).toBe('changed');
    expect(await passwordOf('admin', 'newer')).toBe('right');
  });

  it('does not come back where it was removed and there is another', async () => {
    const { accounts, clock } = storage();
    await run('admin', 'first');
    await accounts.changeUser('ann', { kind: 'role', role: 'administrator' }, clock.now());
    await accounts.changeUser('admin', { kind: 'removed' }, clock.now());
    expect(await run('admin', 'first')).toBe('kept');
    expect(await accounts.credentials('admin')).toBeNull();
  });

  it('does not take over a user of its name, nor let in a disabled one', async () => {
    const { accounts, clock } = storage();
    expect(await run('ann', 'environment')).toBe('kept');
    expect([await passwordOf('ann', 'right'), await passwordOf('ann', 'environment')]).toEqual(['right', 'wrong']);
    expect((await accounts.credentials('ann'))?.role).toBe('operator');
    await accounts.changeUser('ann', { kind: 'disabled', disabled: true }, clock.now());
    expect(await run('ann', 'changed there')).toBe('changed');
    expect(await attempt('changed there')).toEqual({ kind: 'refused' });
  });
});
