import { inspect } from 'node:util';
import { COMMANDS } from '../admin/commands.ts';
import { readCommand } from '../admin/read-command.ts';
import { runAdmin } from '../admin/run-admin.ts';
import { processTerminal } from '../admin/terminal.ts';
import { describeProblems } from '../config/problem.ts';
import { readConfig } from '../config/read-config.ts';
import { StartRefused } from '../server/start-refused.ts';

try {
  const read = readCommand(process.argv.slice(2), COMMANDS);
  switch (read.kind) {
    case 'help':
      processTerminal.say(read.text);
      break;
    case 'wrong':
      throw new StartRefused(read.message);
    case 'run': {
      const settings = readConfig(process.env);
      if (!settings.ok) throw new StartRefused(describeProblems(settings.problems));
      await runAdmin(settings.config, read, processTerminal);
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof StartRefused ? error.message : inspect(error)}\n`);
  process.exitCode = 1;
}
