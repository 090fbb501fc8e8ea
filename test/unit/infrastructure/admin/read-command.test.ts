import { expect, it } from 'vitest';
import { command, type CommandGroup } from '../../../../src/infrastructure/admin/command.ts';
import { COMMANDS } from '../../../../src/infrastructure/admin/commands.ts';
import { groupHelp, overallHelp, usage } from '../../../../src/infrastructure/admin/help.ts';
import { readCommand, type ReadCommand } from '../../../../src/infrastructure/admin/read-command.ts';

const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const read = (...words: string[]): ReadCommand => readCommand(words, COMMANDS);
const reduced = (one: ReadCommand): unknown =>
  one.kind === 'run' ? { command: `${one.group.name} ${one.command.name}`, given: one.given } : one;

const nothing = async (): Promise<void> => undefined;
const ALONE: CommandGroup = {
  name: 'purge',
  summary: 'takes away',
  commands: [
    command({
      name: '',
      summary: 'Takes it away.',
      options: {
        yes: { value: null, summary: 'do it' },
        before: { value: 'DATE', summary: 'older than' },
      },
      run: nothing,
    }),
    command({ name: 'plan', summary: 'Says what.', run: nothing }),
  ],
};

it('reads what there is to do', () => {
  expect(reduced(read('signers'))).toEqual({ command: 'signers list', given: {} });
  expect(reduced(read('signers', 'list'))).toEqual({ command: 'signers list', given: {} });
  expect(reduced(read('signers', 'resume', ADDRESS, '--reason', 'key moved back'))).toEqual({
    command: 'signers resume',
    given: { ADDRESS, reason: 'key moved back', decided: false, unpaid: null },
  });
});

it('reads a group that is a command itself, and options that may be left out', () => {
  const given = (...words: string[]): unknown => reduced(readCommand(words, [ALONE]));
  expect(given('purge')).toEqual({ command: 'purge ', given: { yes: false, before: null } });
  expect(given('purge', '--yes', '--before', '2026-01-01')).toEqual({
    command: 'purge ',
    given: { yes: true, before: '2026-01-01' },
  });
  expect(given('purge', 'plan')).toEqual({ command: 'purge plan', given: {} });
  expect(readCommand(['purge', 'everything'], [ALONE])).toMatchObject({ kind: 'wrong' });
});

it.each([
  [['unheard-of'], 'no such command: unheard-of'],
  [['signers', 'pause', ADDRESS], 'no "signers pause"'],
  [['signers', 'resume'], 'ADDRESS is missing'],
  [['signers', 'resume', ADDRESS], '--reason'],
  [['signers', 'resume', ADDRESS, '--reason', ' '], '--reason'],
  [['signers', 'resume', ADDRESS, 'twice', '--reason', 'x'], 'nothing to do with "twice"'],
  [['signers', '--unheard-of'], 'unheard-of'],
])('refuses %j, and says how it is written', (words, told) => {
  const one = read(...words);
  expect(one.kind === 'wrong' ? one.message : null).toContain(told);
  expect(one.kind === 'wrong' ? one.message : null).toContain('npm run admin --');
});

it('shows every group and every command in the help', () => {
  for (const words of [[], ['help'], ['--help'], ['help', 'unheard-of']]) {
    expect(read(...words)).toEqual({ kind: 'help', text: overallHelp(COMMANDS) });
  }
  for (const group of COMMANDS) {
    expect(overallHelp(COMMANDS)).toContain(`  ${group.name}`);
    for (const words of [
      ['help', group.name],
      [group.name, '--help'],
    ]) {
      expect(read(...words)).toEqual({ kind: 'help', text: groupHelp(group) });
    }
    for (const one of group.commands) expect(groupHelp(group)).toContain(usage(group, one));
  }
});

it('names no group twice, and no command of a group twice', () => {
  for (const names of [
    COMMANDS.map(({ name }) => name),
    ...COMMANDS.map(({ commands }) => commands.map((c) => c.name)),
  ])
    expect(new Set(names).size).toBe(names.length);
});
