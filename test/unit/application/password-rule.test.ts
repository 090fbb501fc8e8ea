import { expect, it } from 'vitest';
import { passwordFault } from '../../../src/application/password-rule.ts';

it.each(['four words make one', 'kRt7-bW2q-9xLm', 'ännchen von tharau ☂', 'x7'.repeat(2) + 'mother of pearl'])(
  'takes %s',
  (password) => {
    expect(passwordFault(password, 'ann')).toBeNull();
  },
);

it.each([
  ['elevenchars', 'at least 12'],
  ['☂'.repeat(11), 'at least 12'],
  ['abcde'.repeat(60), 'at most 256'],
  ['aaaaaaaaaaaaaaaa', 'over and over'],
  ['abababababababab', 'over and over'],
  ['abcdefghijklmnop', 'row of keys'],
  ['ponmlkjihgfedcba', 'row of keys'],
  ['QWERTYUIOPASDFG', 'row of keys'],
  ['Password1234!', 'first that anybody'],
  ['transaction broadcaster', 'first that anybody'],
  ['administrator2026', 'first that anybody'],
  ['ann-operator-ann-operator', 'first that anybody'],
])('refuses %s', (password, told) => {
  expect(passwordFault(password, 'ann-operator')).toContain(told);
});
