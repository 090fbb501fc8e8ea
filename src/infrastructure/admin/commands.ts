import type { CommandGroup } from './command.ts';
import { backup } from './commands/backup.ts';
import { purge } from './commands/purge.ts';
import { restore } from './commands/restore.ts';
import { clients } from './commands/clients.ts';
import { keys } from './commands/keys.ts';
import { sessions } from './commands/sessions.ts';
import { signers } from './commands/signers.ts';
import { users } from './commands/users.ts';

/** Every command of `npm run admin`, in the order of its help, which is made from this. */
export const COMMANDS: readonly CommandGroup[] = [clients, users, sessions, keys, signers, purge, backup, restore];
