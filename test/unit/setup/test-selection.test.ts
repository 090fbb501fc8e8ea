import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SUITES } from '../../../scripts/setup/suites.mjs';
import { selectionOf } from '../../../scripts/setup/test-selection.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const names = (args: readonly string[]) => selectionOf(args).suites.map(({ name }) => name);

describe('what npm test is told to run', () => {
  test('is every suite that has tests, or those that are named', () => {
    expect(names([])).toEqual(expect.arrayContaining(['unit', 'contract', 'integration', 'e2e']));
    expect(names(['e2e', 'unit'])).toEqual(['unit', 'e2e']);
  });

  test.each([
    [['unit', 'retry'], []],
    [['unit/setup/test-selection'], []],
    [['test/unit/setup/test-selection.test.ts:9'], []],
    [['nosuch'], ['nosuch']],
    [['unit', 'nosuch', 'retry'], ['nosuch']],
    // A file of another suite than the one that was chosen.
    [['e2e', 'test-selection'], ['test-selection']],
    // The value of an option is no file.
    [['unit', '-t', 'nosuch'], []],
    [['retry', '--bail', '1'], []],
  ])('%j leaves %j unknown', (args, unknown) => {
    expect(selectionOf(args).unknown).toEqual(unknown);
  });
});

/** `npm test`, without npm. */
function run(...args: readonly string[]) {
  const child = spawn(process.execPath, ['scripts/test.mjs', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

describe('npm test', () => {
  test('with a word that nothing is called says so, names the suites, and fails', async () => {
    const { code, said } = await run('nosuch').ended;
    expect(code).toBe(1);
    expect(said).toContain('"nosuch" is neither a suite nor a part of the path of a test file');
    for (const { name } of SUITES) expect(said).toContain(name);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that is interrupted by %s says so, and tells no results', async (signal, expected) => {
    const { child, ended } = run('unit', 'domain/transaction/guards');
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill(signal);
    const { code, said } = await ended;
    expect(first.toString()).not.toBe('');
    expect(code).toBe(expected);
    expect(said).toContain('Interrupted: the tests did not come to their end');
    expect(said).not.toMatch(/^\d+ passed/m);
  });
});
