// npm run bench [-- all | SUITE…] [--count 20000 --runs 5 --signers 1,4 --estimate both|yes|no --json FILE] (docs/benchmarks.md has the rest)
// Ratios against something measured in the same run: absolute times of one machine say nothing about another.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNativeCodec } from '../src/adapters/outbound/codec/native.ts';
import {
  ArgumentProblem,
  readArguments,
  type Arguments,
  type SuiteName,
  type SuiteOptions,
} from './bench/arguments.ts';
import { describeMachine } from './bench/machine.ts';
import type { SuiteReport } from './bench/report/suite-report.ts';
import { cost } from './bench/suites/cost.ts';
import { endToEnd } from './bench/suites/end-to-end.ts';
import { history } from './bench/suites/history.ts';
import { latency } from './bench/suites/latency.ts';
import { posts } from './bench/suites/posts.ts';
import { stages } from './bench/suites/stages.ts';
import { ensureBuilt } from './setup/build.mjs';

const RUN: Readonly<Record<SuiteName, (entry: string, options: SuiteOptions) => Promise<SuiteReport>>> = {
  'end-to-end': endToEnd,
  posts,
  latency,
  cost,
  stages,
  history,
};

process.exitCode = await main();

async function main(): Promise<number> {
  let read: Arguments;
  try {
    read = readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentProblem)) throw error;
    console.error(error.message);
    return 2;
  }
  if ((await createNativeCodec()) === null) {
    console.error(
      'The native codec is missing (npm rebuild secp256k1): the figures would be of another program, so there are none.',
    );
    return 1;
  }
  const machine = describeMachine();
  console.log(`${machine.cores} cores, ${machine.cpu}, Node ${machine.node}, commit ${machine.commit ?? 'unknown'}`);
  if (machine.busy)
    console.warn(
      `WARNING: the machine was busy before the start (load ${machine.load.toFixed(2)}): these figures are of both.`,
    );
  const entry = join(await ensureBuilt(), 'server.js');
  const suites: Partial<Record<SuiteName, object>> = {};
  for (const suite of read.suites) {
    console.log(`\n${suite}`);
    const { text, document } = await RUN[suite](entry, read.optionsOf(suite));
    console.log(text);
    suites[suite] = document;
    // After each, so that what is done is kept where a later one fails.
    if (read.jsonFile !== null)
      writeFileSync(read.jsonFile, `${JSON.stringify({ machine, command: process.argv.slice(2), suites }, null, 2)}\n`);
  }
  return 0;
}
