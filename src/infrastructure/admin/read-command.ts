import { parseArgs } from 'node:util';
import type { Command, CommandGroup } from './command.ts';
import { groupHelp, overallHelp, usage } from './help.ts';

export type ReadCommand =
  | {
      readonly kind: 'run';
      readonly group: CommandGroup;
      readonly command: Command;
      readonly given: Readonly<Record<string, string | boolean | null>>;
    }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * @param words what stands behind `npm run admin --`
 * @param groups all that there are
 */
export function readCommand(words: readonly string[], groups: readonly CommandGroup[]): ReadCommand {
  const [subject, verb, ...rest] = words;
  if (subject === undefined) return { kind: 'help', text: overallHelp(groups) };
  if (subject === 'help' || isHelp(subject)) {
    const asked = groups.find(({ name }) => name === verb);
    return { kind: 'help', text: asked ? groupHelp(asked) : overallHelp(groups) };
  }
  const group = groups.find(({ name }) => name === subject);
  if (!group) return { kind: 'wrong', message: `There is no such command: ${subject}.\n${overallHelp(groups)}` };
  if (words.some(isHelp)) return { kind: 'help', text: groupHelp(group) };

  const named = verb === undefined ? undefined : group.commands.find(({ name }) => name === verb && name !== '');
  if (named) return readGiven(group, named, rest);
  const alone = group.commands.find(({ name }) => name === '') ?? group.commands.find(({ name }) => name === 'list');
  // A word that names no command may still be a parameter of the group itself.
  if (alone && (verb === undefined || verb.startsWith('-') || alone.name === ''))
    return readGiven(group, alone, words.slice(1));
  const message = verb === undefined ? `Say which of "${subject}".` : `There is no "${subject} ${verb}".`;
  return { kind: 'wrong', message: `${message}\n${groupHelp(group)}` };
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h';

function readGiven(group: CommandGroup, command: Command, words: readonly string[]): ReadCommand {
  const wrong = (message: string): ReadCommand => ({
    kind: 'wrong',
    message: `${message}\n  ${usage(group, command)}`,
  });
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(command.options).map(([name, { value }]) => [
          name,
          { type: value === null ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
    });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const { parameters } = command;
  if (parsed.positionals.length > parameters.length) {
    return wrong(`There is nothing to do with "${parsed.positionals[parameters.length] ?? ''}".`);
  }
  const given: Record<string, string | boolean | null> = {};
  for (const [index, name] of parameters.entries()) {
    const value = parsed.positionals[index];
    if (value === undefined) return wrong(`${name} is missing.`);
    given[name] = value;
  }
  for (const [name, { value, required, summary }] of Object.entries(command.options)) {
    const said = parsed.values[name];
    if (required === true && (typeof said !== 'string' || said.trim() === ''))
      return wrong(`--${name} is missing: ${summary}`);
    given[name] = value === null ? said === true : (said ?? null);
  }
  return { kind: 'run', group, command, given };
}
