import { SqlAccounts } from '../../../adapters/outbound/sql/accounts.ts';
import { systemClock } from '../../../adapters/outbound/system/system-clock.ts';
import type { Accounts } from '../../../application/ports/accounts.ts';
import { StartRefused } from '../../server/start-refused.ts';
import { audit } from '../audit.ts';
import { command, WrongUse, type CommandGroup } from '../command.ts';
import type { AdminContext } from '../context.ts';
import { table, time } from '../table.ts';

export const sessions: CommandGroup = {
  name: 'sessions',
  summary: 'who is signed in; ends sessions',
  commands: [
    command({
      name: 'list',
      summary: 'The sessions that go on, newest first; last seen is up to a minute old.',
      async run(context) {
        const all = await (await open(context)).sessions(systemClock.now(), context.config.sessions.idleMs);
        const rows = all.map((one) => [
          one.id,
          one.username,
          one.role,
          time(one.openedAt),
          time(one.lastSeenAt),
          time(one.expiresAt),
        ]);
        context.terminal.say(table([['session', 'user', 'role', 'since', 'last seen', 'ends'], ...rows]));
      },
    }),
    command({
      name: 'revoke',
      options: {
        id: { value: 'SESSION', summary: 'the one that the list names so.' },
        user: { value: 'NAME', summary: 'all of a user.' },
      },
      summary: 'Ends a session, or all of a user: at once, on every server.',
      async run(context, { id, user }) {
        const which = id !== null ? { id } : user !== null ? { username: user } : null;
        if (which === null || (id !== null && user !== null)) throw new WrongUse('Say which: --id or --user.');
        const ended = await (await open(context)).endSessions(which);
        if (ended === 0) throw new StartRefused('There is no such session.');
        await audit(context, 'revoke_sessions', { ...which, ended });
        context.terminal.say(ended === 1 ? 'One session has ended.' : `${ended} sessions have ended.`);
      },
    }),
  ],
};

async function open(context: AdminContext): Promise<Accounts> {
  const { knex, dialect } = await context.database();
  return new SqlAccounts(knex, dialect);
}
