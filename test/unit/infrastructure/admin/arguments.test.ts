import { expect, it } from 'vitest';
import { readCommand } from '../../../../src/infrastructure/admin/arguments.ts';

const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';

it('reads what there is to do', () => {
  expect(readCommand(['signers'])).toEqual({ kind: 'list' });
  expect(readCommand(['signers', 'resume', ADDRESS, '--reason', ' key moved back '])).toEqual({
    kind: 'resume',
    address: ADDRESS.toLowerCase(),
    reason: 'key moved back',
  });
});

it.each([
  [[], 'no such command'],
  [['signers', 'pause', ADDRESS], 'no "signers pause"'],
  [['signers', 'resume'], 'its address'],
  [['signers', 'resume', '0x12'], 'its address'],
  [['signers', 'resume', ADDRESS], '--reason'],
  [['signers', 'resume', ADDRESS, '--reason', ' '], '--reason'],
  [['signers', 'resume', ADDRESS, 'twice', '--reason', 'x'], 'no such command'],
  [['signers', '--unheard-of'], 'unheard-of'],
])('refuses %j, and says how it is written', (words, told) => {
  const command = readCommand(words);
  expect(command.kind === 'wrong' ? command.message : null).toContain(told);
  expect(command.kind === 'wrong' ? command.message : null).toContain('npm run admin --');
});
