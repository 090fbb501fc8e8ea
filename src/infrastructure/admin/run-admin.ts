import type { Config } from '../config/config.ts';
import { WrongUse } from './command.ts';
import { usage } from './help.ts';
import { openContext } from './open-context.ts';
import type { ReadCommand } from './read-command.ts';
import { StartRefused } from '../server/start-refused.ts';
import type { Terminal } from './terminal.ts';

/**
 * A command on the record itself, beside a server that may be running: the database takes care of both.
 * @throws {StartRefused} the command cannot be carried out, and why
 */
export async function runAdmin(
  config: Config,
  { group, command, given }: Extract<ReadCommand, { kind: 'run' }>,
  terminal: Terminal,
): Promise<void> {
  const { context, close } = openContext(config, terminal);
  try {
    await command.run(context, given);
  } catch (error) {
    if (error instanceof WrongUse) throw new StartRefused(`${error.message}\n  ${usage(group, command)}`);
    throw error;
  } finally {
    await close();
  }
}
