import type { Command, CommandGroup } from './command.ts';

const CALL = 'npm run admin --';

/** How a command is written. */
export function usage(group: CommandGroup, { name, parameters, options }: Command): string {
  const optional = Object.entries(options).map(([option, { value, required }]) => {
    const written = value === null ? `--${option}` : `--${option} ${value}`;
    return required === true ? written : `[${written}]`;
  });
  return [CALL, group.name, name, ...parameters, ...optional].filter((word) => word !== '').join(' ');
}

/** A group's commands, each with what it does and what its options mean. */
export const groupHelp = (group: CommandGroup): string =>
  [
    `${group.name}: ${group.summary}`,
    ...group.commands.flatMap((command) => [
      '',
      `  ${usage(group, command)}`,
      `      ${command.summary}`,
      ...Object.entries(command.options).map(([name, { summary }]) => `      --${name}: ${summary}`),
    ]),
  ].join('\n');

/** All groups, and how to learn more of one. */
export function overallHelp(groups: readonly CommandGroup[]): string {
  const width = Math.max(...groups.map(({ name }) => name.length));
  return [
    'What an operator does on the record itself, with the environment of the service, which may be running.',
    '',
    ...groups.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    `${CALL} help GROUP shows the commands of one.`,
  ].join('\n');
}
