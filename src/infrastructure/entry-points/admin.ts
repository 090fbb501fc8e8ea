import { inspect } from 'node:util';
import { ForeignKeysError } from '../../adapters/outbound/crypto/field-cipher-error.ts';
import { readCommand } from '../admin/arguments.ts';
import { runAdmin } from '../admin/run-admin.ts';
import { describeProblems } from '../config/problem.ts';
import { readConfig } from '../config/read-config.ts';
import { StartRefused } from '../server/start-refused.ts';

try {
  const command = readCommand(process.argv.slice(2));
  if (command.kind === 'wrong') throw new StartRefused(command.message);
  const read = readConfig(process.env);
  if (!read.ok) throw new StartRefused(describeProblems(read.problems));
  process.stdout.write(`${await runAdmin(read.config, command)}\n`);
} catch (error) {
  const told = error instanceof StartRefused || error instanceof ForeignKeysError;
  process.stderr.write(`${told ? error.message : inspect(error)}\n`);
  process.exitCode = 1;
}
