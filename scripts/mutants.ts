// npm run mutants [-- NAME…]
// Switches each rule of the lifecycle off in a copy of the source, one at a time, and shows the first test that notices. A mutant that lives, or
// whose line is no longer in the source, fails the run.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTANTS, type Mutant } from './mutants/mutants.ts';

/** The quickest first: most mutants die of them. The last is the simulation. */
const SUITES = [
  ['test/unit/domain', 'test/unit/model', 'test/unit/application'],
  [
    'test/contract/ledger.test.ts',
    'test/contract/work.test.ts',
    'test/integration/endpoint-two',
    'test/integration/regressions',
  ],
  ['test/chaos/simulation.test.ts'],
];
const COPIED = ['src', 'test', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'scripts'];

const wanted = process.argv.slice(2);
let failed = 0;
for (const mutant of MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  const verdict = await judge(mutant);
  if (!verdict.killed) failed++;
  console.log(
    `${verdict.killed ? 'killed' : 'LIVES '}  ${mutant.name.padEnd(22)} ${mutant.breaks}\n        ${verdict.by}`,
  );
}
console.log(failed === 0 ? 'every mutant is killed' : `${failed} mutants live`);
process.exit(failed === 0 ? 0 : 1);

async function judge(mutant: Mutant): Promise<{ readonly killed: boolean; readonly by: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const missing = apply(mutant, folder);
    if (missing !== null) return { killed: false, by: `its line is not in the source any more: ${missing}` };
    for (const suite of SUITES) {
      const failure = await firstFailure(folder, suite);
      if (failure !== null) return { killed: true, by: failure };
    }
    return { killed: false, by: 'no test noticed' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function apply({ edits }: Mutant, folder: string): string | null {
  if (edits.length === 0) return '(no edit)';
  for (const { file, find, replace } of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) return `${file}: ${find}`;
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  }
  return null;
}

/** The name of the first test that fails; null where all pass. A run that breaks off otherwise is no kill, but an error. */
async function firstFailure(folder: string, files: readonly string[]): Promise<string | null> {
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', '--reporter', 'json', ...files],
    {
      cwd: folder,
      env: { ...process.env, SIM_ONLY_WHETHER: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.resume();
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code === 0) return null;
  const text = Buffer.concat(chunks).toString();
  const report = JSON.parse(text.slice(text.indexOf('{'))) as {
    testResults: { assertionResults: { status: string; fullName: string }[] }[];
  };
  const first = report.testResults.flatMap((file) => file.assertionResults).find(({ status }) => status === 'failed');
  if (first === undefined) throw new Error(`the tests of ${folder} could not run:\n${text.slice(-2_000)}`);
  return first.fullName;
}
