import { relative } from 'node:path';
import { NEEDS, testFilesOf } from './suites.mjs';

/**
 * @typedef {{status: string, fullName: string}} VitestTest
 * @typedef {{name: string, status: string, message?: string, assertionResults: VitestTest[]}} VitestFile
 * @typedef {{testResults: VitestFile[]}} VitestResults as vitest's JSON reporter writes them
 * @typedef {{suite: string, passed: number, failed: number, skipped: number, note: string}} Row
 * @typedef {{rows: Row[], problems: string[], passed: number, failed: number, skipped: number, ok: boolean}} Summary
 */

/**
 * @param {object} run
 * @param {string} run.root
 * @param {VitestResults | undefined} run.results `undefined`: the runner wrote none
 * @param {number | string} run.exitCode
 * @param {readonly import('./suites.mjs').Suite[]} run.missing suites whose need is not met here
 * @param {boolean} run.strict a skipped test is a failure (suites that need Docker apart)
 * @returns {Summary}
 */
export function summarize({ root, results, exitCode, missing, strict }) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /** @type {string[]} */
  const problems = [];
  for (const file of results?.testResults ?? []) {
    const path = relative(root, file.name).replaceAll('\\', '/');
    const row = rowOf(rows, path.split('/')[1] ?? path);
    for (const test of file.assertionResults) {
      const outcome = test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped';
      if (outcome === 'skipped' && strict) {
        problems.push(`skipped, which CI does not allow: ${path}: ${test.fullName}`);
        row.failed++;
      } else row[outcome]++;
    }
    // A file that could not even be read, or whose hooks failed, may have no failed test of its own.
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      problems.push(`failed as a whole: ${path}`);
      row.failed++;
    }
  }
  const total = (/** @type {'passed' | 'failed' | 'skipped'} */ what) =>
    [...rows.values()].reduce((sum, row) => sum + row[what], 0);
  if (exitCode !== 0 && !total('failed')) {
    problems.push(
      `the test runner ended with ${String(exitCode)}, though no test failed: what it says above is the failure`,
    );
    rowOf(rows, 'the runner').failed++;
  } else if (!missing.length && !total('passed') && !total('failed')) {
    problems.push('no test was run');
    rowOf(rows, 'the runner').failed++;
  }
  for (const suite of missing) {
    const need = suite.needs && NEEDS[suite.needs];
    const row = rowOf(rows, suite.name);
    row.skipped = testFilesOf(suite).length; // its tests are not known without reading them; the files are
    row.note = need ? `needs ${need.title} (${need.enable})` : '';
    if (strict && suite.needs !== 'docker') row.failed++;
  }
  const [passed, failed, skipped] = [total('passed'), total('failed'), total('skipped')];
  return { rows: [...rows.values()], problems, passed, failed, skipped, ok: exitCode === 0 && failed === 0 };
}

/**
 * @param {Map<string, Row>} rows
 * @param {string} suite
 */
function rowOf(rows, suite) {
  const row = rows.get(suite) ?? { suite, passed: 0, failed: 0, skipped: 0, note: '' };
  rows.set(suite, row);
  return row;
}

/** @param {Summary} summary */
export function tableOf({ rows }) {
  const lines = [
    ['suite', 'ran', 'failed', 'skipped', 'to enable'],
    ...rows.map(({ suite, passed, failed, skipped, note }) => [
      suite,
      String(passed + failed),
      String(failed),
      String(skipped),
      note,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

/** @param {Summary} summary */
export function closingLine({ passed, failed, skipped }) {
  return `${String(passed)} passed, ${String(failed)} failed${skipped ? `, ${String(skipped)} skipped` : ''}`;
}
