import { randomBytes } from 'node:crypto';
import { ScryptPasswords } from '../../../adapters/outbound/crypto/scrypt-passwords.ts';
import { SqlAccounts } from '../../../adapters/outbound/sql/accounts.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import { passwordFault } from '../../../application/password-rule.ts';
import { ROLES, type Accounts, type Role, type UserChange } from '../../../application/ports/accounts.ts';
import { StartRefused } from '../../server/start-refused.ts';
import { audit } from '../audit.ts';
import { command, WrongUse, type CommandGroup } from '../command.ts';
import type { AdminContext } from '../context.ts';
import { table, time } from '../table.ts';

const GENERATED_BYTES = 18;

const name = { parameters: ['NAME'] } as const;
const role = {
  value: ROLES.join('|'),
  required: true,
  summary: 'what the user may do; each can what those before it can.',
} as const;
const ask = {
  value: null,
  summary: 'ask for the password, or read it from a pipe; else one is made and shown this once.',
} as const;

export const users: CommandGroup = {
  name: 'users',
  summary: 'who may sign in, and in which role',
  commands: [
    command({
      name: 'list',
      summary: 'The users with their roles.',
      async run(context) {
        const all = await (await open(context)).users();
        const rows = all.map((one) => [
          one.username,
          one.role,
          one.disabled ? 'disabled' : 'enabled',
          time(one.createdAt),
          time(one.passwordSetAt),
        ]);
        context.terminal.say(table([['user', 'role', 'state', 'since', 'password set'], ...rows]));
      },
    }),
    command({
      name: 'add',
      ...name,
      options: { role, ask },
      summary: 'Adds a user.',
      async run(context, given) {
        const { NAME } = given;
        if (!/^[\x21-\x7e]{1,64}$/.test(NAME)) throw new WrongUse('A name is 1 to 64 visible ASCII characters.');
        const as = roleOf(given.role);
        const accounts = await open(context);
        if ((await accounts.credentials(NAME)) !== null) throw new StartRefused(`There is a user ${NAME} already.`);
        const { passwordHash, shown } = await newPassword(context, NAME, given.ask);
        const user = { username: NAME, role: as, passwordHash, configuredHash: null };
        if ((await accounts.addUser(user, systemClock.now())) === 'exists')
          throw new StartRefused(`There is a user ${NAME} already.`);
        await audit(context, 'add_user', { user: NAME, role: as });
        context.terminal.say(`${NAME} can sign in as ${as}.${shown}`);
      },
    }),
    command({
      name: 'set-password',
      ...name,
      options: { ask },
      summary: "Sets another password, and ends the user's sessions.",
      async run(context, { NAME, ask: asked }) {
        if ((await (await open(context)).credentials(NAME)) === null) throw unknown(NAME);
        const { passwordHash, shown } = await newPassword(context, NAME, asked);
        await change(context, NAME, { kind: 'password', passwordHash }, 'set_password', {});
        context.terminal.say(`${NAME} has another password.${shown}`);
      },
    }),
    command({
      name: 'set-role',
      ...name,
      options: { role },
      summary: "Gives another role, and ends the user's sessions.",
      async run(context, given) {
        const as = roleOf(given.role);
        await change(context, given.NAME, { kind: 'role', role: as }, 'set_role', { role: as });
        context.terminal.say(`${given.NAME} is ${as}.`);
      },
    }),
    command({
      name: 'disable',
      ...name,
      summary: "Ends the user's sessions and lets it open none, until it is enabled.",
      async run(context, { NAME }) {
        await change(context, NAME, { kind: 'disabled', disabled: true }, 'disable_user', {});
        context.terminal.say(`${NAME} cannot sign in any more.`);
      },
    }),
    command({
      name: 'enable',
      ...name,
      summary: 'Lets the user sign in again, with the password of before.',
      async run(context, { NAME }) {
        await change(context, NAME, { kind: 'disabled', disabled: false }, 'enable_user', {});
        context.terminal.say(`${NAME} can sign in again.`);
      },
    }),
    command({
      name: 'remove',
      ...name,
      summary: 'Takes a user away. What it did stays on record under its name.',
      async run(context, { NAME }) {
        await change(context, NAME, { kind: 'removed' }, 'remove_user', {});
        context.terminal.say(`${NAME} is removed.`);
      },
    }),
  ],
};

async function open(context: AdminContext): Promise<Accounts> {
  const { knex, dialect } = await context.database();
  return new SqlAccounts(knex, dialect);
}

function roleOf(text: string): Role {
  const found = ROLES.find((one) => one === text);
  if (!found) throw new WrongUse(`There is no role ${text}.`);
  return found;
}

const unknown = (username: string): StartRefused => new StartRefused(`There is no user ${username}.`);

async function change(
  context: AdminContext,
  username: string,
  changed: UserChange,
  action: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  const outcome = await (await open(context)).changeUser(username, changed, systemClock.now());
  switch (outcome) {
    case 'unknown':
      throw unknown(username);
    case 'lastAdministrator':
      throw new StartRefused(
        `${username} is the last enabled administrator: nobody could manage the service any more.`,
      );
    case 'done':
      await audit(context, action, { user: username, ...detail });
  }
}

async function newPassword(
  { terminal }: AdminContext,
  username: string,
  asked: boolean,
): Promise<{ readonly passwordHash: string; readonly shown: string }> {
  const passwords = new ScryptPasswords();
  if (!asked) {
    const made = randomBytes(GENERATED_BYTES).toString('base64url');
    return { passwordHash: await passwords.hash(made), shown: ` Password, shown this once:\n${made}` };
  }
  const typed = await terminal.askSecret(`Password for ${username}: `);
  if (typed === null) throw new StartRefused('No password was given.');
  const fault = passwordFault(typed, username);
  if (fault !== null) throw new StartRefused(fault);
  return { passwordHash: await passwords.hash(typed), shown: '' };
}
