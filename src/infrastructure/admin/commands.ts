import type { CommandGroup } from './command.ts';
import { backup } from './commands/backup.ts';
import { purge } from './commands/purge.ts';
import { restore } from './commands/restore.ts';
import { signers } from './commands/signers.ts';

/** Every command of `npm run admin`, in the order of its help, which is made from this. */
export const COMMANDS: readonly CommandGroup[] = [signers, purge, backup, restore];
