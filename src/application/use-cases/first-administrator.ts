import type { Accounts } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Passwords } from '../ports/passwords.ts';

export interface FirstAdministratorParts {
  readonly accounts: Pick<Accounts, 'users' | 'credentials' | 'addUser' | 'changeUser' | 'noteConfigured'>;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

/**
 * `created`: there was no administrator. `changed`: the environment names another password than at the last start, which is now the
 * user's. `kept`: it names what it named before, or what it names is not needed.
 */
export type FirstAdministratorOutcome = 'created' | 'changed' | 'kept';

/**
 * What ADMIN_USERNAME and ADMIN_PASSWORD mean at a start: the first administrator, and its password whenever that is changed *there*. A
 * password that was set by command since stays, since the environment still says what it said; so a leaked one does not come back.
 */
export class FirstAdministrator {
  constructor(private readonly parts: FirstAdministratorParts) {}

  async run(username: string, password: string): Promise<FirstAdministratorOutcome> {
    const { accounts, passwords, clock } = this.parts;
    const user = await accounts.credentials(username);
    if (user === null) {
      const others = await accounts.users();
      // Who was removed by command does not come back by a restart.
      if (others.some(({ role, disabled }) => role === 'administrator' && !disabled)) return 'kept';
      const hash = await passwords.hash(password);
      const added = await accounts.addUser(
        { username, role: 'administrator', passwordHash: hash, configuredHash: hash },
        clock.now(),
      );
      return added === 'added' ? 'created' : 'kept';
    }
    if (user.configuredHash === null) {
      // Added by command under this name: from now on a change in the environment is one.
      await accounts.noteConfigured(username, await passwords.hash(password));
      return 'kept';
    }
    if ((await passwords.verify(password, user.configuredHash)) !== 'wrong') return 'kept';
    const hash = await passwords.hash(password);
    await accounts.changeUser(username, { kind: 'password', passwordHash: hash, configuredHash: hash }, clock.now());
    return 'changed';
  }
}
