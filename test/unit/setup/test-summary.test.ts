import { describe, expect, test } from 'vitest';
import { SUITES } from '../../../scripts/setup/suites.mjs';
import { closingLine, summarize, tableOf } from '../../../scripts/setup/test-summary.mjs';

const root = '/project';
const file = (path: string, ...statuses: string[]) => ({
  name: `${root}/test/${path}`,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status, i) => ({ status, fullName: `test ${String(i)}` })),
});
const run = { root, exitCode: 0, missing: [], strict: false };

describe('the test run’s summary', () => {
  test('counts by suite, over all of its files', () => {
    const summary = summarize({
      ...run,
      results: {
        testResults: [
          file('unit/a.test.ts', 'passed', 'passed'),
          file('e2e/b.test.ts', 'passed'),
          file('unit/c.test.ts', 'passed'),
        ],
      },
    });
    expect(tableOf(summary).split('\n').slice(1)).toEqual([
      'unit     3       0        0',
      'e2e      1       0        0',
    ]);
    expect(closingLine(summary)).toBe('4 passed, 0 failed');
    expect(summary.ok).toBe(true);
  });

  test('a failed test fails the run', () => {
    const summary = summarize({
      ...run,
      exitCode: 1,
      results: { testResults: [file('unit/a.test.ts', 'passed', 'failed')] },
    });
    expect(closingLine(summary)).toBe('1 passed, 1 failed');
    expect(summary.ok).toBe(false);
  });

  test('a skipped test is named, and fails the run in CI', () => {
    const results = { testResults: [file('unit/a.test.ts', 'passed', 'pending')] };
    expect(closingLine(summarize({ ...run, results }))).toBe('1 passed, 0 failed, 1 skipped');
    const strict = summarize({ ...run, results, strict: true });
    expect(closingLine(strict)).toBe('1 passed, 1 failed');
    expect(strict.problems.join()).toContain('test/unit/a.test.ts: test 1');
    expect(strict.ok).toBe(false);
  });

  test('a file that could not be read counts as a failure', () => {
    const broken = { ...file('unit/a.test.ts'), status: 'failed' };
    expect(closingLine(summarize({ ...run, exitCode: 1, results: { testResults: [broken] } }))).toBe(
      '0 passed, 1 failed',
    );
  });

  test.each([
    [
      'ended badly though every test passed',
      { exitCode: 1, results: { testResults: [file('unit/a.test.ts', 'passed')] } },
      '1 passed, 1 failed',
    ],
    ['was killed before it wrote anything', { exitCode: 'SIGKILL', results: undefined }, '0 passed, 1 failed'],
    ['found no test', { exitCode: 0, results: { testResults: [] } }, '0 passed, 1 failed'],
    [
      'found only tests to skip',
      { exitCode: 0, results: { testResults: [file('unit/a.test.ts', 'pending')] } },
      '0 passed, 1 failed, 1 skipped',
    ],
  ])('a runner that %s fails the run', (_, outcome, line) => {
    const summary = summarize({ ...run, ...outcome });
    expect(closingLine(summary)).toBe(line);
    expect(summary.ok).toBe(false);
  });

  test('a suite that needs Docker is named with what enables it, and does not fail CI', () => {
    const missing = SUITES.filter((suite) => suite.needs === 'docker');
    const summary = summarize({
      ...run,
      results: { testResults: [file('unit/a.test.ts', 'passed')] },
      missing,
      strict: true,
    });
    expect(tableOf(summary)).toMatch(
      /containers .* needs a Docker engine \(start Docker, then: npm test -- containers\)/,
    );
    expect(summary.ok).toBe(true);
  });
});
