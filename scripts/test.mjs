// npm test [-- SUITE… FILTER… --vitest-option]: every suite that this machine can run, then a table and the closing line, from the runner's own results.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson } from './setup/read-json.mjs';
import { ROOT } from './setup/root.mjs';
import { NEEDS } from './setup/suites.mjs';
import { nothingMatches, selectionOf } from './setup/test-selection.mjs';
import { closingLine, summarize, tableOf } from './setup/test-summary.mjs';

const { suites: chosen, rest, unknown } = selectionOf(process.argv.slice(2));
if (unknown.length > 0) {
  console.error(nothingMatches(unknown));
  process.exit(1);
}
const missing = chosen.filter((suite) => suite.needs && !NEEDS[suite.needs].isMet());
const runnable = chosen.filter((suite) => !missing.includes(suite));

/** As a shell reports a command that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };
/** @type {{exitCode: number | null}} */
const interrupted = { exitCode: null };

const folder = mkdtempSync(join(tmpdir(), 'test-results-'));
const resultsFile = join(folder, 'results.json');
const exitCode = runnable.length ? await runVitest() : 0;
/** @typedef {import('./setup/test-summary.mjs').VitestResults} VitestResults */
const results = existsSync(resultsFile) ? /** @type {VitestResults} */ (readJson(resultsFile)) : undefined;
rmSync(folder, { recursive: true, force: true });

if (interrupted.exitCode !== null) {
  // What has run by then says nothing of the rest, and a table would look as if it did.
  console.log('\nInterrupted: the tests did not come to their end, so there is no result.');
  process.exit(interrupted.exitCode);
}

const summary = summarize({ root: ROOT, results, exitCode, missing, strict: process.env['CI'] === 'true' });
console.log(`\n${tableOf(summary)}\n`);
for (const problem of summary.problems) console.log(problem);
console.log(closingLine(summary));
process.exitCode = summary.ok ? 0 : 1;

/** @returns {Promise<number | string>} its exit code, or the signal that ended it */
function runVitest() {
  const projects = runnable.flatMap((suite) => ['--project', suite.name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsFile}`];
  const program = join(ROOT, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'run', ...projects, ...reporters, ...rest], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
      process.on(signal, () => {
        interrupted.exitCode ??= EXIT_CODES[signal];
        child.kill(signal);
      });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? String(signal));
    });
  });
}
